import { LastbyteError } from '../../errors.js'
import { decideRange, type Slice } from '../../http/byte-range.js'
import { isEndless, parseContentRange } from '../../http/content-range.js'
import type { ResponseHead } from '../../http/response-head.js'
import { parseRetryAfter } from '../../http/retry-after.js'
import {
  judgeResponse,
  type Validator,
  validatorOf,
  weakTagOf,
} from '../../resume/judge-response.js'
import { isPinnable } from '../../resume/pin-fields.js'
import { isTransient } from '../../resume/transient-status.js'

/** The verdict on the first response for a key. */
export type JudgedResponse =
  /** Bytes of a version whose size is known. `slice`: those of the body. */
  | {
      readonly kind: 'bytes'
      readonly slice: Slice
      readonly version: PinnedVersion
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
  return status === 200 ? judgeWhole(head, now) : judgePart(head, range, now)
}

function judgeWhole(head: ResponseHead, now: number): JudgedResponse {
  const size = lengthOf(head)
  if (size === undefined) return { kind: 'pass-through' }
  return { kind: 'bytes', slice: { start: 0, end: size }, version: versionOf(head, size, now) }
}

function judgePart(head: ResponseHead, range: string | undefined, now: number): JudgedResponse {
  const field = head.field('content-range')
  const part = parseContentRange(field)
  if (range === undefined) return { kind: 'invalid', why: 'a 206 to a request without Range' }
  // It goes on while the file grows (RFC 8673), to a position that a number may not hold.
  if (isEndless(field)) return { kind: 'pass-through' }
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
  const version = versionOf(head, total, now)
  // The rest of an incomplete part can only be requested of a version that a validator identifies.
  if (slice.end < first.end && !isPinnable(version.validator)) return { kind: 'pass-through' }
  return { kind: 'bytes', slice, version }
}

/** The version of a response, by which later requests are pinned. */
export interface PinnedVersion {
  readonly validator: Validator
  readonly weakTag: string | undefined
  readonly size: number
  /** The origin says that it serves ranges: a 200 in place of a 206 is not a rest of this version then. */
  readonly ranges: 'bytes' | 'untold'
}

function versionOf(head: ResponseHead, size: number, now: number): PinnedVersion {
  const isTold = head.status === 206 || /\bbytes\b/i.test(head.field('accept-ranges') ?? '')
  return {
    validator: validatorOf(head, now),
    weakTag: weakTagOf(head),
    size,
    ranges: isTold ? 'bytes' : 'untold',
  }
}

/** The strong entity tag of a version. */
export function strongTagOf({ validator }: PinnedVersion): string | undefined {
  return validator.kind === 'strong' ? validator.etag : undefined
}

/**
 * Makes sure that a response continues the version that was opened: the same validator, and exactly the
 * requested bytes of the same total. Not every server evaluates If-Match. `whole`: an origin without ranges sent
 * the version from its first byte.
 *
 * @throws LastbyteError REPRESENTATION_CHANGED, REFUSED; SOURCE_FAILED where a retry may succeed
 */
export function requireSame(
  head: ResponseHead,
  version: PinnedVersion,
  slice: Slice,
  now: number,
): 'part' | 'whole' {
  const verdict = judgeResponse({ ...version, ...slice }, head, now)
  const { status } = head
  const facts = { offset: slice.start, status }
  switch (verdict.kind) {
    case 'append':
      if (verdict.end === slice.end) return 'part'
      throw new LastbyteError('REFUSED', `the response ends at byte ${verdict.end}`, facts)
    case 'changed': {
      const { validator } = version
      const expected = 'lastModified' in validator ? validator.lastModified : strongTagOf(version)
      const message = `expected version ${expected}, received ${verdict.received}`
      throw new LastbyteError('REPRESENTATION_CHANGED', message, facts)
    }
    case 'later': {
      const { after } = verdict
      throw new LastbyteError('SOURCE_FAILED', `received status ${status}`, { ...facts, after })
    }
    case 'whole':
      if (version.ranges === 'untold' && lengthOf(head) === version.size) return 'whole'
      throw new LastbyteError('REFUSED', `received status ${status}, expected 206`, facts)
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

function isEncoded(head: ResponseHead): boolean {
  const coding = head.field('content-encoding')?.trim().toLowerCase()
  return coding !== undefined && coding !== '' && coding !== 'identity'
}

/** Bytes of the body by Content-Length. */
export function lengthOf(head: ResponseHead): number | undefined {
  const length = head.field('content-length')
  return length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : undefined
}
