import { randomBytes } from 'node:crypto'
import type { LogClaim, LogReader, StreamLog } from '../stream-log.js'
import { RedisChanges } from './redis-changes.js'
import { type RedisLogOptions, type RedisLogSettings, settleRedisLog } from './redis-options.js'
import { RedisProducer, type RedisScene } from './redis-producer.js'
import { openRedisReader, RedisReads } from './redis-reader.js'
import { RedisStore } from './redis-store.js'

/**
 * A log in Redis 6.2 or newer, or Valkey, which any number of nodes share. A stream is a Redis stream; scripts make
 * each step atomic. What survives a crash of the server depends on its `appendonly` and `appendfsync`; events that it
 * has lost are a gap for the clients that have received them.
 *
 * @throws LastbyteError BAD_SETTING for an option
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { redisLog } from 'lastbyte'
 *
 * // In an application: const client = await createClient({ url: 'redis://127.0.0.1' }).connect()
 * const client = { sendCommand: async () => ['ended'], duplicate: () => ({}) as never }
 * const log = redisLog({ client })
 * assert.equal((await log.claim('chat-1', 'free')).kind, 'ended')
 * ```
 */
export function redisLog(options: RedisLogOptions): StreamLog {
  return new RedisLog(settleRedisLog(options))
}

class RedisLog implements StreamLog {
  readonly lease: number
  readonly #store: RedisStore
  readonly #changes: RedisChanges
  readonly #reads = new RedisReads()

  constructor(private readonly settings: RedisLogSettings) {
    this.lease = settings.lease
    this.#store = new RedisStore(settings.client, settings.prefix)
    this.#changes = new RedisChanges(settings.client)
  }

  async claim(key: string, whose: 'free' | 'theirs'): Promise<LogClaim> {
    const scene = this.#scene(key)
    const tag = randomBytes(6).toString('base64url')
    const { lease, maxAge } = this.settings
    const reply = await this.#store.run('claim', scene.names, whose, tag, lease, maxAge)
    const [kind, next, own] = reply as [LogClaim['kind'], string, string]
    if (kind !== 'claimed') return { kind }
    const number = Number(next)
    const producer = new RedisProducer(scene, tag, number)
    return { kind, producer, tail: { count: number - 1, own: own === '' ? undefined : own } }
  }

  async open(key: string, after: string | undefined): Promise<LogReader> {
    return openRedisReader(this.#scene(key), this.#reads, after)
  }

  #scene(key: string): RedisScene {
    const names = this.#store.namesOf(key)
    const { settings } = this
    return { store: this.#store, changes: this.#changes, settings, key, names }
  }
}
