import { BATCH_EVENTS } from '../log-limits.js'
import { type Epoch, formatLogId, gap, locate, type Retained } from '../log-position.js'
import type { LogBatch, LoggedEvent, LogReader } from '../stream-log.js'
import type { RedisScene } from './redis-producer.js'

/** What one read returns. */
export interface RedisState extends Retained {
  readonly state: string
  readonly detail: string
  /** The events from `from` on. */
  readonly from: number
  readonly events: readonly LoggedEvent[]
}

type Reply = [
  state: string,
  detail: string,
  epochs: string,
  next: string,
  first: string,
  from: string,
  texts: string[],
]

/** Reads a stream; readers at the same position share one read. undefined where there is no stream. */
export class RedisReads {
  readonly #running = new Map<string, Promise<RedisState | undefined>>()

  read(scene: RedisScene, from: number): Promise<RedisState | undefined> {
    const id = `${from} ${scene.key}`
    const known = this.#running.get(id)
    if (known !== undefined) return known
    const reading = readState(scene, from).finally(() => this.#running.delete(id))
    this.#running.set(id, reading)
    return reading
  }
}

async function readState(scene: RedisScene, start: number): Promise<RedisState | undefined> {
  const reply = await scene.store.run('read', scene.names, start, BATCH_EVENTS)
  const [state, detail, epochText, next, first, from, texts] = reply as Reply
  if (state === 'absent') return undefined
  const epochs: Epoch[] = JSON.parse(epochText)
  const events = texts.map((text, at) => {
    const number = Number(from) + at
    const id = formatLogId(number, epochs.findLast((each) => each.first <= number)?.tag ?? '')
    return { id, text: `id: ${id}\n${text}` }
  })
  return {
    state,
    detail,
    epochs,
    next: Number(next),
    first: Number(first),
    from: Number(from),
    events,
  }
}

/** Opens a stream after an id. @throws LastbyteError GAP */
export async function openRedisReader(
  scene: RedisScene,
  reads: RedisReads,
  after: string | undefined,
): Promise<LogReader> {
  const state = await reads.read(scene, 1)
  if (state === undefined) throw gap(after, 'absent')
  return new RedisReader(scene, reads, locate(state, after), after)
}

class RedisReader implements LogReader {
  #closed = false
  #changed = false
  #wake = () => {}
  /** The epoch whose pause has been reported. */
  #reported: string | undefined
  readonly #unfollow: () => void

  constructor(
    private readonly scene: RedisScene,
    private readonly reads: RedisReads,
    private next: number,
    private after: string | undefined,
  ) {
    this.#unfollow = scene.changes.follow(scene.names.channel, () => {
      this.#changed = true
      this.#wake()
    })
  }

  async read(): Promise<LogBatch> {
    while (!this.#closed) {
      this.#changed = false
      const batch = await this.#step()
      if (this.#closed) break
      if (batch !== undefined) return batch
      await new Promise<void>((resolve) => {
        this.#wake = resolve
        if (this.#changed || this.#closed) resolve()
      })
    }
    return { kind: 'closed' }
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#unfollow()
    this.#wake()
  }

  async #step(): Promise<LogBatch | undefined> {
    const found = await this.reads.read(this.scene, this.next)
    if (found === undefined) throw gap(this.after, 'absent')
    // The store may have lost its last events, or the stream may have been begun anew.
    if (this.after !== undefined) locate(found, this.after)
    else if (this.next < found.first) throw gap(undefined, 'old')
    const { events, state, detail, epochs } = found
    if (events.length > 0) {
      this.next = found.from + events.length
      this.after = events.at(-1)?.id
      return { kind: 'events', events }
    }
    if (state === 'ended') return { kind: 'ended', ending: JSON.parse(detail) }
    const tag = epochs.at(-1)?.tag
    if (state !== 'paused' || this.#reported === tag) return undefined
    this.#reported = tag
    return { kind: 'paused', failure: JSON.parse(detail) ?? undefined }
  }
}
