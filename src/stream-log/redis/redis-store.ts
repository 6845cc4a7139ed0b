import { createHash } from 'node:crypto'
import { asLastbyteError } from '../../errors.js'
import type { RedisClient, RedisLogSettings } from './redis-options.js'
import { type RedisScript, SCRIPTS } from './redis-scripts.js'

/** The names of a stream in Redis. One hash tag, so that all are on one node. */
export interface StreamNames {
  readonly keys: readonly [facts: string, events: string, lease: string]
  readonly channel: string
}

/** Runs the scripts of a log. */
export class RedisStore {
  constructor(
    private readonly client: RedisClient,
    private readonly prefix: RedisLogSettings['prefix'],
  ) {}

  /** @param key may be any text: the names have its hash */
  namesOf(key: string): StreamNames {
    const tag = `${this.prefix}{${createHash('sha256').update(key).digest('hex').slice(0, 40)}}`
    return { keys: [`${tag}:facts`, `${tag}:events`, `${tag}:lease`], channel: `${tag}:changes` }
  }

  /** @throws LastbyteError SOURCE_FAILED */
  async run(
    name: keyof typeof SCRIPTS,
    { keys, channel }: StreamNames,
    ...args: readonly (string | number)[]
  ): Promise<unknown> {
    const rest = [String(keys.length), ...keys, channel, ...args.map(String)]
    try {
      return await this.#evaluate(SCRIPTS[name], rest)
    } catch (error) {
      throw asLastbyteError(error, 'SOURCE_FAILED', `Cannot ${name} a stream of the log in Redis`)
    }
  }

  async #evaluate({ text, sha }: RedisScript, rest: string[]): Promise<unknown> {
    try {
      return await this.client.sendCommand(['EVALSHA', sha, ...rest])
    } catch (error) {
      if (!String((error as Error).message).startsWith('NOSCRIPT')) throw error
      return this.client.sendCommand(['EVAL', text, ...rest])
    }
  }
}
