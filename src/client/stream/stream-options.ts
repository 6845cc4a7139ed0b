import { LastbyteError } from '../../errors.js'
import type { Platform } from '../platform/platform.js'
import type { Transport } from '../platform/transport.js'
import type { ClientEvent, ReadPolicy } from '../read-policy.js'
import { readPolicy } from '../resumable-stream.js'

/** How a stream in frames is read. */
export interface ReadStreamOptions {
  /** Request fields, such as `{ authorization: 'Bearer …' }`. */
  readonly headers?: Readonly<Record<string, string>>
  /** Ends the reading, with its reason. */
  readonly signal?: AbortSignal
  /** ms to try on without progress; 0 for not at all. Default 600,000. */
  readonly retryFor?: number
  /** ms in which the server must give something, if only a sign of life. Default 45,000. */
  readonly stall?: number
  /** Characters of an event or a line at most. Default 64 Mi. */
  readonly most?: number
  /** What sends the requests. Default: Node's HTTP client, or the browser's fetch. */
  readonly transport?: Transport
  /** Called with each retry. */
  readonly onEvent?: (event: ClientEvent) => void
}

/** Three times the usual time between two signs of life. */
const STALL = 45_000
const MOST = 64 * 1024 * 1024

/** The rules of reading, with the longest event or line. */
export interface StreamRules extends ReadPolicy {
  readonly most: number
}

/** Reads by a platform's transport, whose connections are closed at the end however that comes. */
export async function* onPlatform<T>(
  platform: Platform,
  url: string | URL,
  { stall = STALL, most = MOST, ...options }: ReadStreamOptions,
  read: (rules: StreamRules, signal: AbortSignal) => AsyncGenerator<T>,
): AsyncGenerator<T, void, void> {
  const transport = options.transport
    ? { send: options.transport, close() {} }
    : platform.openTransport()
  const rules = { ...readPolicy(String(url), { ...options, stall }, transport.send), most }
  const ending = new AbortController()
  const stop = () => ending.abort(options.signal?.reason)
  options.signal?.addEventListener('abort', stop, { once: true })
  if (options.signal?.aborted) stop()
  try {
    yield* read(rules, ending.signal)
  } finally {
    options.signal?.removeEventListener('abort', stop)
    ending.abort(new LastbyteError('CANCELLED', 'Cannot read on: the reader has stopped'))
    transport.close()
  }
}
