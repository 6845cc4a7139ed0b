import { type Expectations, objectWith, required, TEXT } from '../../validation/expectation.js'
import { milliseconds } from '../../validation/number-expectations.js'
import { readOptions } from '../../validation/read-options.js'
import { DEFAULT_LIMITS, LOG_LIMITS, type LogLimits } from '../log-limits.js'

/** The connection on which a log learns of changes, from `duplicate()`. */
export interface RedisSubscriber {
  connect(): Promise<unknown>
  subscribe(channel: string, listener: () => void): Promise<unknown>
  unsubscribe(channel: string): Promise<unknown>
  destroy(): void
  on(event: 'error', listener: (error: Error) => void): unknown
}

/**
 * The part of a client of the package `redis` that `redisLog` uses.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { type RedisClient, redisLog } from 'lastbyte'
 *
 * // In an application: await createClient({ url: 'redis://127.0.0.1' }).connect()
 * const client: RedisClient = {
 *   sendCommand: async () => ['absent'],
 *   duplicate: () => {
 *     throw new Error('not used here')
 *   },
 * }
 * assert.equal((await redisLog({ client }).claim('a', 'theirs')).kind, 'absent')
 * ```
 */
export interface RedisClient {
  sendCommand(args: string[]): Promise<unknown>
  duplicate(): RedisSubscriber
}

/**
 * Options of `redisLog`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { type RedisLogOptions, redisLog } from 'lastbyte'
 *
 * const client = { sendCommand: async () => ['held'], duplicate: () => ({}) as never }
 * const options: RedisLogOptions = { client, prefix: 'app:streams:', maxAge: 600_000 }
 * assert.equal((await redisLog(options).claim('a', 'free')).kind, 'held')
 * ```
 */
export interface RedisLogOptions extends LogLimits {
  /** A connected client of the package `redis`, for one server or by a sentinel. Its owner closes it. */
  readonly client: RedisClient
  /**
   * Precedes the names of all keys.
   *
   * @default 'lastbyte:'
   */
  readonly prefix?: string
  /**
   * ms without a sign of life after which another process may take a stream over.
   *
   * @default 10_000
   */
  readonly lease?: number
}

/** The settled options. */
export type RedisLogSettings = Required<RedisLogOptions>

const OPTIONS: Expectations<RedisLogOptions> = {
  ...LOG_LIMITS,
  client: required(
    objectWith(['sendCommand', 'duplicate'], 'a client of the package "redis", from createClient'),
  ),
  prefix: TEXT,
  lease: milliseconds(1),
}

/** Settles the options of a log in Redis. @throws LastbyteError BAD_SETTING */
export function settleRedisLog(options: unknown): RedisLogSettings {
  return { ...DEFAULT_LIMITS, prefix: 'lastbyte:', lease: 10_000, ...readOptions(options, OPTIONS) }
}
