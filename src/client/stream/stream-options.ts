import { LastbyteError } from '../../errors.js'
import type { Expectations } from '../../validation/expectation.js'
import { wholeNumber } from '../../validation/number-expectations.js'
import { readOptions } from '../../validation/read-options.js'
import { READ_OPTIONS } from '../option-expectations.js'
import type { Platform } from '../platform/platform.js'
import type { Transport } from '../platform/transport.js'
import type { ClientEvent, ReadPolicy } from '../read-policy.js'
import { insecureRedirects, readPolicy } from '../resumable-stream.js'

/**
 * Options that `readEventStream` and `readFrames` share.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { type ReadStreamOptions, readFrames } from 'lastbyte/client'
 * import { faultServer } from 'lastbyte/testing'
 *
 * const server = await faultServer({ root: 'media' })
 * server.faults.arm({ fault: { kind: 'connection-reset', at: 1_000 }, times: 1 })
 * let retries = 0
 * const options: ReadStreamOptions = { retryFor: 5_000, onEvent: () => { retries += 1 } }
 * for await (const _frame of readFrames(`${server.url}/clip.mp4?end=5000`, options)) continue
 * assert.equal(retries, 1)
 * await server.close()
 * ```
 */
export interface ReadStreamOptions {
  /** Request header fields, such as `{ authorization: 'Bearer …' }`. Default: none. */
  readonly headers?: Readonly<Record<string, string>>
  /** Ends the stream with its reason. Default: none. */
  readonly signal?: AbortSignal
  /**
   * ms to retry without progress, counted from the first failed attempt; 0: no retry.
   *
   * @default 600_000
   */
  readonly retryFor?: number
  /**
   * ms without a byte, heartbeats included, after which the connection counts as broken.
   *
   * @default 45_000
   */
  readonly stall?: number
  /**
   * Characters of one event or line at most. A longer one fails with REFUSED.
   *
   * @default 67_108_864
   */
  readonly most?: number
  /**
   * Follows redirects from https: to http: too, where others can read the request and replace the bytes. Not for a
   * `transport` of your own. Default false.
   */
  readonly allowInsecureRedirects?: boolean
  /** Sends the requests. Default: Node's HTTP client, or the browser's fetch. */
  readonly transport?: Transport
  /** Called before each retry. Default: none. */
  readonly onEvent?: (event: ClientEvent) => void
}

/** What each option must be. */
export const READ_STREAM_OPTIONS: Expectations<ReadStreamOptions> = {
  ...READ_OPTIONS,
  most: wholeNumber(1, undefined, 'characters'),
}

/** Three times the usual interval of 15 s between two heartbeats. */
const STALL = 45_000
const MAX_CHARACTERS = 64 * 1024 * 1024

/** How a stream is read: the policy of its requests, and the characters of its longest event or line. */
export interface StreamPolicy extends ReadPolicy {
  readonly most: number
}

/** Reads a stream with the transport of a platform, and closes its connections when the stream ends. */
export async function* onPlatform<T, O extends ReadStreamOptions>(
  platform: Platform,
  url: string | URL,
  given: { readonly options: O | undefined; readonly expectations: Expectations<O> },
  read: (policy: StreamPolicy, signal: AbortSignal, options: Readonly<O>) => AsyncGenerator<T>,
): AsyncGenerator<T, void, void> {
  const settled = readOptions<O>(given.options, given.expectations)
  const { stall = STALL, most = MAX_CHARACTERS, ...options } = settled as ReadStreamOptions
  const transport = options.transport
    ? { send: options.transport, close() {} }
    : platform.openTransport(insecureRedirects(options))
  const policy = { ...readPolicy(url, { ...options, stall }, transport.send), most }
  const stop = new AbortController()
  const onAbort = () => stop.abort(options.signal?.reason)
  options.signal?.addEventListener('abort', onAbort, { once: true })
  if (options.signal?.aborted) onAbort()
  try {
    yield* read(policy, stop.signal, settled)
  } finally {
    options.signal?.removeEventListener('abort', onAbort)
    stop.abort(new LastbyteError('CANCELLED', 'Cannot continue reading: the reader has stopped'))
    transport.close()
  }
}
