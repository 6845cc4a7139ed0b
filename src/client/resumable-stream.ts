import { releaseIterator } from '../async/release-iterator.js'
import { LastbyteError } from '../errors.js'
import type { DigestValue } from '../http/digest-value.js'
import { RETRY_RULES } from '../resume/retry-budget.js'
import { requestInitial } from './initial-response.js'
import { checked } from './platform/hash.js'
import type { Platform } from './platform/platform.js'
import type { Transport } from './platform/transport.js'
import { RateLimit } from './rate-limit.js'
import { CLOCK, type ClientEvent, type ReadPolicy } from './read-policy.js'
import { readVersion } from './read-version.js'
import { requestOptions } from './request-options.js'

export interface StreamOptions {
  /** Request fields, such as `{ authorization: 'Bearer …' }`. */
  readonly headers?: Readonly<Record<string, string>>
  /** Ends the stream, with its reason. */
  readonly signal?: AbortSignal
  /** ms to try on without progress. Default 600,000. */
  readonly retryFor?: number
  /** ms in which the server must give something. Default 15,000. */
  readonly stall?: number
  /** Whether to go on by a weak validator, which may splice two versions. Default false. */
  readonly allowWeak?: boolean
  /** A digest that the bytes must have, besides what the server announces. */
  readonly checksum?: DigestValue
  /** Bytes a second. Default: no limit. */
  readonly limitRate?: number
  /** What sends the requests. Default: Node's HTTP client, or the browser's fetch. */
  readonly transport?: Transport
  /** Called with each retry. */
  readonly onEvent?: (event: ClientEvent) => void
}

export interface ResumableStream {
  /**
   * The bytes, in order, each once. Errs with REPRESENTATION_CHANGED where another version has taken
   * the place of the one that was begun, with GAVE_UP where there was no progress for too long, with
   * DIGEST_MISMATCH at the end of bytes that are not those of a digest.
   */
  readonly body: ReadableStream<Uint8Array>
  /** Bytes, if the server knows. */
  readonly size: number | undefined
  /** The entity tag, with its quotes. */
  readonly etag: string | undefined
  readonly contentType: string | undefined
  /** What the bytes are checked by at their end; none if neither the server nor the caller had one. */
  readonly digests: readonly DigestValue[]
}

/**
 * A stream of a URL's bytes that survives what breaks inside: it goes on from the last byte, of the
 * same version alone. Resolves with the first answer's head.
 *
 * @throws LastbyteError REFUSED, UNREACHABLE, GAVE_UP; the signal's reason
 */
export type OpenStream = (url: string | URL, options?: StreamOptions) => Promise<ResumableStream>

/** The same on a platform of its own. */
export function resumableStreamOn(platform: Platform): OpenStream {
  return async (url, options = {}) => {
    const transport = options.transport ? { send: options.transport, close() {} } : platform.open()
    const rules = readPolicy(String(url), options, transport.send)
    const ending = new AbortController()
    const signal = ending.signal
    const stop = () => ending.abort(options.signal?.reason)
    options.signal?.addEventListener('abort', stop, { once: true })
    if (options.signal?.aborted) stop()
    const over = () => {
      options.signal?.removeEventListener('abort', stop)
      transport.close()
    }
    try {
      const { answer, version } = await requestInitial(rules, signal)
      const digests = [version.digest, options.checksum].filter((digest) => digest !== undefined)
      const read = readVersion(version, { start: 0, end: undefined }, rules, signal, answer)
      const slow = limited(read, new RateLimit(rules.limitRate, rules.clock), signal)
      const body = streamOf(checked(slow, digests, platform.hashing), over, () => {
        ending.abort(new LastbyteError('CANCELLED', 'Cannot read on: the stream was cancelled'))
        releaseIterator(answer.body)
      })
      const { field } = answer
      const contentType = field('content-type')
      return { body, size: version.size, etag: field('etag'), contentType, digests }
    } catch (error) {
      over()
      throw error
    }
  }
}

/** A stream that reads when it is read. `over` is called at its end, `stop` where that comes early. */
function streamOf(
  chunks: AsyncGenerator<Uint8Array>,
  over: () => void,
  stop: () => void,
): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await chunks.next()
          if (!done) return controller.enqueue(value)
          over()
          controller.close()
        } catch (error) {
          over()
          controller.error(error)
        }
      },
      cancel() {
        stop()
        releaseIterator(chunks)
        over()
      },
    },
    { highWaterMark: 0 },
  )
}

async function* limited(
  chunks: AsyncIterable<Uint8Array>,
  limit: RateLimit,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    await limit.pass(chunk.length, signal)
    yield chunk
  }
}

/** The settled options of a call. @throws LastbyteError BAD_SETTING */
export function readPolicy(url: string, options: StreamOptions, transport: Transport): ReadPolicy {
  const {
    headers = {},
    retryFor = RETRY_RULES.retryFor,
    stall = 15_000,
    allowWeak = false,
    limitRate = Number.POSITIVE_INFINITY,
  } = options
  return {
    transport,
    ...requestOptions(url, headers),
    pin: 'if-match',
    stall,
    retry: { ...RETRY_RULES, retryFor },
    allowWeak,
    limitRate,
    clock: CLOCK,
    chance: Math.random,
    onEvent: options.onEvent ?? (() => {}),
  }
}
