import { LongTimer } from '../../async/long-timer.js'
import { loggedSize } from '../log-limits.js'
import { fenced, tooLarge } from '../log-position.js'
import type { LogProducer, NewEvent } from '../stream-log.js'
import type { RedisChanges } from './redis-changes.js'
import type { RedisLogSettings } from './redis-options.js'
import type { RedisStore, StreamNames } from './redis-store.js'

export interface RedisScene {
  readonly store: RedisStore
  readonly changes: RedisChanges
  readonly settings: RedisLogSettings
  readonly key: string
  readonly names: StreamNames
}

/** The producer of a stream in Redis, which refuses whatever comes from an older one. */
export class RedisProducer implements LogProducer {
  readonly #control = new AbortController()
  readonly fenced: AbortSignal = this.#control.signal
  #over = false
  #timer: LongTimer | undefined
  #renewing = false
  readonly #unfollow: () => void

  constructor(
    private readonly scene: RedisScene,
    private readonly tag: string,
    private next: number,
  ) {
    this.#renewLater()
    // A source may yield nothing for long, and has to learn of a stop.
    this.#unfollow = scene.changes.follow(scene.names.channel, () => this.#renew())
  }

  async append(events: readonly NewEvent[]): Promise<void> {
    const { maxStreamBytes, lease, maxAge } = this.scene.settings
    const args: (string | number)[] = []
    for (const { text, own } of events) {
      const bytes = loggedSize(text, own)
      if (bytes > maxStreamBytes) throw tooLarge(bytes, maxStreamBytes)
      args.push(text, own ?? '', bytes)
    }
    await this.#run('append', this.tag, lease, maxAge, maxStreamBytes, this.next, ...args)
    this.next += events.length
  }

  end(ending: Parameters<LogProducer['end']>[0]): Promise<void> {
    return this.#conclude('ended', ending)
  }

  pause(failure: Parameters<LogProducer['pause']>[0]): Promise<void> {
    return this.#conclude('paused', failure)
  }

  async #conclude(state: 'ended' | 'paused', detail: unknown): Promise<void> {
    const { maxAge } = this.scene.settings
    try {
      await this.#run('conclude', this.tag, maxAge, state, JSON.stringify(detail ?? null))
    } finally {
      this.#close()
    }
  }

  async #run(name: 'append' | 'renew' | 'conclude', ...args: (string | number)[]): Promise<void> {
    if (this.#over) throw fenced(this.scene.key)
    const result = await this.scene.store.run(name, this.scene.names, ...args)
    if (result !== 'fenced') return
    const error = fenced(this.scene.key)
    this.#close()
    this.#control.abort(error)
    throw error
  }

  /** Messages tell of its own appends too. */
  #renew(): void {
    if (this.#over || this.#renewing) return
    this.#renewing = true
    const { lease, maxAge, maxStreamBytes } = this.scene.settings
    this.#run('renew', this.tag, lease, maxAge, maxStreamBytes)
      .catch(() => {})
      .finally(() => {
        this.#renewing = false
      })
  }

  #renewLater(): void {
    this.#timer = new LongTimer(() => {
      this.#renew()
      if (!this.#over) this.#renewLater()
    }, this.scene.settings.lease / 3).unref()
  }

  #close(): void {
    this.#over = true
    this.#timer?.clear()
    this.#unfollow()
  }
}
