import { BoundedWait } from '../../async/bounded-wait.js'
import { releaseIterator } from '../../async/release-iterator.js'
import { asLastbyteError, LastbyteError } from '../../errors.js'
import { isEndless } from '../../http/content-range.js'
import { type DigestValue, parseDigest } from '../../http/digest-value.js'
import { addVia, endToEnd, type Forwarded } from '../../http/forwarding.js'
import { formatProxyStatus } from '../../http/proxy-status.js'
import type { RetryPolicy } from '../../resume/retry-policy.js'
import type { NodeResponse } from '../../transport/node-request.js'
import type { PassedAnswer } from '../byte-source.js'
import { bodyOf } from '../remote/remote-representation.js'
import { verifyDigest } from '../remote/verify-digest.js'
import { readFromSource } from '../source-read.js'
import { sourceStallLimit } from '../stall-limit.js'
import { lengthOf } from './judge-response.js'
import { passedLocation } from './redirect.js'
import type { UpstreamSettings } from './upstream-options.js'
import type { UpstreamResponse } from './upstream-response.js'

/** The fields of a response that a proxy passes on (RFC 9110 §7.6). */
export function passedFields(
  response: Pick<UpstreamResponse, 'fields' | 'httpVersion' | 'url' | 'path'>,
  settings: Pick<UpstreamSettings, 'name' | 'origin' | 'role'>,
  without: readonly string[] = [],
): Forwarded {
  const { fields, httpVersion } = response
  const via = addVia(fields.via?.toString(), httpVersion, settings.name)
  const passed = { ...endToEnd(fields, ['content-length', ...without]), via }
  const location = fields.location?.toString()
  return location === undefined
    ? passed
    : { ...passed, location: passedLocation(location, response, settings) }
}

/**
 * A response that is passed on unchanged. Its body throws where it ends before Content-Length, and where it
 * doesn't have the digest that is announced for it.
 *
 * @param isQuiet of a file that grows: whether it has nothing from a position on, so that waiting for it is no stall
 */
export function passthroughResponse(
  response: UpstreamResponse,
  settings: UpstreamSettings,
  isQuiet?: IsQuiet,
): PassedAnswer {
  const { status, body } = response
  const { retryPolicy, name, verify } = settings
  const digest = verify === 'off' ? undefined : digestOfBody(response)
  const length = lengthOf(response)
  const report = status >= 500 ? formatProxyStatus(name, { received: status }) : undefined
  const read = (signal: AbortSignal) => {
    if (length === undefined) {
      const { start, isOpen } = liveStart(response)
      return readUntilEnd(body, {
        retryPolicy,
        signal,
        start,
        isQuiet: isOpen ? isQuiet : undefined,
      })
    }
    const slice = { start: 0, end: length }
    const resumable = { reopenAt: undefined, retryPolicy, onHeal: undefined }
    return readFromSource(resumable, slice, signal, () => bodyOf(response, slice))
  }
  return {
    status,
    fields: { ...passedFields(response, settings), ...(report && { 'proxy-status': report }) },
    length,
    read: (signal) =>
      digest === undefined ? read(signal) : verifyDigest(read(signal), digest, name),
    ...(length === undefined && { trailers: trailersOf(response) }),
    async close() {
      releaseIterator(body)
    },
  }
}

/**
 * The digest that a response announces for the bytes of its body (RFC 9530). Repr-Digest is that of the whole
 * file, which a response with another status than 200 need not have.
 */
function digestOfBody({ status, field }: UpstreamResponse): DigestValue | undefined {
  const whole = status === 200 ? parseDigest(field('repr-digest'), field('digest')) : undefined
  return whole ?? parseDigest(field('content-digest'))
}

/** The trailer fields of a response whose body has no announced length. */
export function trailersOf({ field, trailers }: NodeResponse): PassedAnswer['trailers'] {
  return trailers && { announced: field('trailer'), received: trailers }
}

/** Whether a file that grows has nothing from a position on. */
export type IsQuiet = (position: number, signal: AbortSignal) => Promise<boolean>

/** How a body without a length is read. */
interface ReadingUntilEnd {
  readonly retryPolicy: RetryPolicy
  readonly signal: AbortSignal
  readonly start: number
  readonly isQuiet: IsQuiet | undefined
}

/** The first byte of a response with the bytes to come. */
function liveStart({ field }: UpstreamResponse): { start: number; isOpen: boolean } {
  const contentRange = field('content-range')
  const [, first = '0'] = /(\d+)-/.exec(contentRange ?? '') ?? []
  return { start: Number(first), isOpen: isEndless(contentRange) }
}

async function* readUntilEnd(
  body: AsyncIterator<Uint8Array>,
  { retryPolicy, signal, start, isQuiet }: ReadingUntilEnd,
): AsyncGenerator<Uint8Array> {
  const wait = new BoundedWait(signal, sourceStallLimit(retryPolicy.stall))
  let position = start
  const arrived = async (next: Promise<IteratorResult<Uint8Array>>) => {
    for (;;) {
      try {
        return await wait.for(next)
      } catch (error) {
        signal.throwIfAborted()
        if (isTimeout(error) && (await isQuiet?.(position, signal).catch(() => false))) continue
        throw asLastbyteError(
          error,
          'SOURCE_FAILED',
          'Cannot continue reading: the response was interrupted',
        )
      }
    }
  }
  try {
    for (;;) {
      const { done, value } = await arrived(body.next())
      if (done) return
      position += value.length
      yield value
    }
  } finally {
    wait.close()
    releaseIterator(body)
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof LastbyteError && error.code === 'SOURCE_TIMEOUT'
}
