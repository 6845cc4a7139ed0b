import { LastbyteError } from '../../errors.js'
import { decideRange, type Slice } from '../../http/byte-range.js'
import { parseContentRange } from '../../http/content-range.js'
import { parseEntityTag } from '../../http/entity-tag.js'
import type { ResponseHead } from '../../http/response-head.js'
import { parseRetryAfter } from '../../http/retry-after.js'
import { judgeResponse } from '../../resume/judge-response.js'
import { isTransient } from '../../resume/transient-status.js'

/** The verdict on the first response for a key. */
export type JudgedResponse =
  /** Bytes of a representation whose size is known. `slice`: those of the body. */
  | {
      readonly kind: 'bytes'
      readonly slice: Slice
      readonly size: number
      /** Strong, or undefined. */
      readonly etag: string | undefined
    }
  /** To be passed on to the client unchanged. */
  | { readonly kind: 'pass-through' }
  | { readonly kind: 'absent' }
  /** Another request may succeed, after so many ms if the origin says so. */
  | { readonly kind: 'later'; readonly after: number | undefined }
  /** It contradicts the request or itself. */
  | { readonly kind: 'invalid'; readonly why: string }
  /** No HTTP response has this status; another request would get it again. */
  | { readonly kind: 'no-status' }

/**
 * Judges the response to the first GET or HEAD. `range`: the Range field of that request. `now`: ms
 * since the epoch.
 */
export function judgeFirst(
  head: ResponseHead,
  range: string | undefined,
  now: number,
): JudgedResponse {
  const { status } = head
  if (!isFinalStatus(status)) return { kind: 'no-status' }
  if (status === 404) return { kind: 'absent' }
  if (isTransient(status, 'server failure')) {
    return { kind: 'later', after: parseRetryAfter(head.field('retry-after'), now) }
  }
  if ((status !== 200 && status !== 206) || isEncoded(head)) return { kind: 'pass-through' }
  return status === 200 ? judgeWhole(head) : judgePart(head, range)
}

function judgeWhole(head: ResponseHead): JudgedResponse {
  const size = lengthOf(head)
  if (size === undefined) return { kind: 'pass-through' }
  return { kind: 'bytes', slice: { start: 0, end: size }, size, etag: strongTag(head) }
}

function judgePart(head: ResponseHead, range: string | undefined): JudgedResponse {
  const field = head.field('content-range')
  const part = parseContentRange(field)
  if (range === undefined) return { kind: 'invalid', why: 'a 206 to a request without Range' }
  if (part?.kind !== 'slice') return { kind: 'invalid', why: `Content-Range ${field ?? '(none)'}` }
  const { slice, total } = part
  if (total === undefined) return { kind: 'pass-through' }
  const requested = decideRange(range, total)
  const [first] = requested.kind === 'slices' ? requested.slices : []
  const length = lengthOf(head)
  const fits = first !== undefined && slice.start === first.start && slice.end <= first.end
  if (!fits || (length !== undefined && length !== slice.end - slice.start)) {
    return { kind: 'invalid', why: `Content-Range ${field} to a request for ${range}` }
  }
  const etag = strongTag(head)
  // The rest of an incomplete part can only be requested of a version with a strong tag.
  if (slice.end < first.end && etag === undefined) return { kind: 'pass-through' }
  return { kind: 'bytes', slice, size: total, etag }
}

/** The version that was opened, and the bytes to read of it. */
export interface Pinned {
  readonly etag: string
  readonly size: number
  readonly slice: Slice
}

/**
 * Makes sure that a response continues the version that was opened: 206, the same strong tag, and
 * exactly the requested bytes of the same total. Not every server evaluates If-Match.
 *
 * @throws LastbyteError REPRESENTATION_CHANGED, REFUSED; SOURCE_FAILED where a retry may succeed
 */
export function requireSame(head: ResponseHead, { etag, size, slice }: Pinned, now: number): void {
  const state = { validator: { kind: 'strong', etag }, size, ...slice } as const
  const verdict = judgeResponse(state, head, now)
  const { status } = head
  const facts = { offset: slice.start, status }
  switch (verdict.kind) {
    case 'append':
      if (verdict.end === slice.end) return
      throw new LastbyteError('REFUSED', `the response ends at byte ${verdict.end}`, facts)
    case 'changed': {
      const message = `expected ETag ${etag}, received ${verdict.received}`
      throw new LastbyteError('REPRESENTATION_CHANGED', message, facts)
    }
    case 'later': {
      const { after } = verdict
      throw new LastbyteError('SOURCE_FAILED', `received status ${status}`, { ...facts, after })
    }
    default: {
      const why = verdict.kind === 'refused' ? verdict.why : `status ${status}`
      throw new LastbyteError('REFUSED', `received ${why}`, facts)
    }
  }
}

/** Whether a status is one of a final response (RFC 9110 §15). */
export function isFinalStatus(status: number): boolean {
  return status >= 200 && status <= 599
}

/** The error for another status, which can't be passed on. */
export function invalidStatus(status: number): LastbyteError {
  const message = `origin: expected a status from 200 to 599; received ${status}`
  return new LastbyteError('REFUSED', message, { status, proxyError: 'http_protocol_error' })
}

function strongTag(head: ResponseHead): string | undefined {
  const etag = head.field('etag')?.trim()
  return parseEntityTag(etag)?.weak === false ? etag : undefined
}

function isEncoded(head: ResponseHead): boolean {
  const coding = head.field('content-encoding')?.trim().toLowerCase()
  return coding !== undefined && coding !== '' && coding !== 'identity'
}

/** Bytes of the body by Content-Length. */
export function lengthOf(head: ResponseHead): number | undefined {
  const length = head.field('content-length')
  return length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : undefined
}
