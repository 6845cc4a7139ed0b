import { releaseIterator } from '../async/release-iterator.js'
import { LastbyteError } from '../errors.js'
import type { DigestValue } from '../http/digest-value.js'
import { requestInitial } from './initial-response.js'
import { type CreateHash, verifiedChunks } from './platform/hash.js'
import { RateLimit } from './rate-limit.js'
import type { ReadPolicy } from './read-policy.js'
import { readVersion } from './read-version.js'

/**
 * The result of `resumableStream`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte from 'lastbyte'
 * import { type ResumableStream, resumableStream } from 'lastbyte/client'
 *
 * const app = Fastify()
 * await app.register(lastbyte, { root: 'media' })
 * const url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/clip.mp4`
 * const stream: ResumableStream = await resumableStream(url)
 * assert.equal(stream.contentType, 'video/mp4')
 * assert.match(stream.etag ?? '', /^"/)
 * await stream.body.cancel()
 * await app.close()
 * ```
 */
export interface ResumableStream {
  /**
   * The bytes, in order, each once. Fails with REPRESENTATION_CHANGED where the version can't be
   * continued because another has replaced it, with NOT_RESUMABLE where no validator identifies it, with
   * GAVE_UP after `retryFor` ms without progress, and at the end with DIGEST_MISMATCH where the bytes
   * don't have an announced digest.
   */
  readonly body: ReadableStream<Uint8Array>
  /** Bytes, if known. */
  readonly size: number | undefined
  /** The entity tag with its quotes, if the server sent one. */
  readonly etag: string | undefined
  readonly contentType: string | undefined
  /** The digests that the bytes are checked against at their end: the server's and the caller's. */
  readonly digests: readonly DigestValue[]
}

/** What a stream needs besides the policy of its requests. */
export interface StreamSetup {
  /** The caller's own digest. */
  readonly checksum: DigestValue | undefined
  readonly signal: AbortSignal | undefined
  readonly createHash: CreateHash
  /** Called once, when the stream has ended. */
  readonly close: () => void
}

export interface OpenedStream extends ResumableStream {
  /** The Content-Encoding of the bytes, which are not decoded; undefined: identity. */
  readonly contentEncoding: string | undefined
}

/** Requests a URL, and opens a stream of its bytes. @throws LastbyteError as `requestInitial` does */
export async function openStream(policy: ReadPolicy, setup: StreamSetup): Promise<OpenedStream> {
  const ending = new AbortController()
  const signal = ending.signal
  const stop = () => ending.abort(setup.signal?.reason)
  setup.signal?.addEventListener('abort', stop, { once: true })
  if (setup.signal?.aborted) stop()
  const over = () => {
    setup.signal?.removeEventListener('abort', stop)
    setup.close()
  }
  try {
    const { response, version } = await requestInitial(policy, signal)
    const digests = [version.digest, setup.checksum].filter((digest) => digest !== undefined)
    const read = readVersion(version, { start: 0, end: undefined }, policy, signal, response)
    const slow = limited(read, new RateLimit(policy.limitRate, policy.clock), signal)
    const body = streamOf(verifiedChunks(slow, digests, setup.createHash), over, () => {
      ending.abort(
        new LastbyteError('CANCELLED', 'Cannot continue reading: the stream has been cancelled'),
      )
      releaseIterator(response.body)
    })
    const { field } = response
    const contentType = field('content-type')
    const { size, coding: contentEncoding } = version
    return { body, size, etag: field('etag'), contentType, digests, contentEncoding }
  } catch (error) {
    over()
    throw error
  }
}

/**
 * A stream that reads on demand. `over` is called at its end; if it is cancelled, `stop` is called
 * first.
 */
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
