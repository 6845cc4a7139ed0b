import { contentCodingOf, isSameCoding } from '../http/content-encoding.js'
import { parseContentRange } from '../http/content-range.js'
import { parseEntityTag, strongMatch, weakMatch } from '../http/entity-tag.js'
import { parseHttpDate } from '../http/http-date.js'
import type { ResponseHead } from '../http/response-head.js'
import { parseRetryAfter } from '../http/retry-after.js'
import { isTransient } from './transient-status.js'

/** What distinguishes one version of a representation from another. */
export type Validator =
  | { readonly kind: 'strong'; readonly etag: string }
  /** A date that counts as a strong validator (RFC 9110 §8.8.2.2). */
  | { readonly kind: 'date'; readonly lastModified: string }
  /** A weak entity tag or a recent date: other bytes may have the same. */
  | { readonly kind: 'weak'; readonly field: string }
  | { readonly kind: 'none' }

/** The state of a read: its validator, the received bytes, and the bytes to request next. */
export interface ResumeState {
  readonly validator: Validator
  /** The weak entity tag of the version, which is compared besides its validator. */
  readonly weakTag?: string | undefined
  /** Bytes of the representation, if known. */
  readonly size: number | undefined
  /** Whether a response in a content coding is refused, which is the default. */
  readonly codings?: 'identity' | 'as-sent' | undefined
  /** The coding of the received bytes; undefined: identity. */
  readonly coding?: string | undefined
  /** The first byte to request: all before it have been received. */
  readonly start: number
  /** The end of the bytes to request; undefined: the end of the representation. */
  readonly end: number | undefined
}

/** What to do with a response, decided before a byte of its body is read. */
export type ResponseVerdict =
  /** Its body starts where the received bytes end. */
  | { readonly kind: 'append'; readonly end: number; readonly total: number }
  /** Its body is the whole representation, whose first `skip` bytes have been received already. */
  | { readonly kind: 'whole'; readonly skip: number; readonly size: number | undefined }
  /** It is of another version: no received byte may be kept. */
  | { readonly kind: 'changed'; readonly received: string }
  /** No byte follows the received ones, but the response doesn't say of which version. */
  | { readonly kind: 'at-end'; readonly total: number }
  /** Another request may succeed, after so many ms if the server says so. */
  | { readonly kind: 'later'; readonly after: number | undefined }
  /** No other request can succeed. */
  | { readonly kind: 'refused'; readonly why: string }

/** ms that Last-Modified must be older than Date to count as strong. */
const SETTLED = 60_000
/**
 * Before the Web, a date is a placeholder that every version has: 0, the 1980 of ZIP, the 1985 of npm's packages.
 */
const FIRST_DATE = Date.UTC(1991, 0)

/** The validator of a response. `now`: ms since the epoch, for a response without Date. */
export function validatorOf(head: ResponseHead, now: number): Validator {
  const etag = head.field('etag')
  const tag = parseEntityTag(etag)
  if (etag !== undefined && tag?.weak === false) return { kind: 'strong', etag: etag.trim() }
  const lastModified = head.field('last-modified')
  const modified = parseHttpDate(lastModified, now)
  const date = parseHttpDate(head.field('date'), now)
  if (lastModified !== undefined && modified !== undefined) {
    const settled = date !== undefined && date - modified >= SETTLED && modified >= FIRST_DATE
    return settled ? { kind: 'date', lastModified } : { kind: 'weak', field: lastModified }
  }
  return etag !== undefined && tag ? { kind: 'weak', field: etag } : { kind: 'none' }
}

/** The entity tag of a response if it is weak. */
export function weakTagOf(head: ResponseHead): string | undefined {
  const etag = head.field('etag')
  return parseEntityTag(etag)?.weak ? etag : undefined
}

/**
 * Judges a response against what has been received (RFC 9110 §13.1.5, §14.4, §15.3.7): a byte of
 * another version, or of another position, is never appended. `now`: ms since the epoch.
 */
export function judgeResponse(
  state: ResumeState,
  head: ResponseHead,
  now: number,
): ResponseVerdict {
  const { status } = head
  if (isTransient(status, 'any cause')) {
    return { kind: 'later', after: parseRetryAfter(head.field('retry-after'), now) }
  }
  if (status === 412) return { kind: 'changed', received: 'a failed precondition' }
  if (status === 416) return judgeUnsatisfied(state, head)
  if (status !== 200 && status !== 206) return { kind: 'refused', why: `status ${status}` }

  const coding = contentCodingOf(head.field('content-encoding'))
  if (coding !== undefined && state.codings !== 'as-sent') {
    return { kind: 'refused', why: `Content-Encoding ${coding}, expected identity` }
  }
  if (!isOfCoding(state, coding, status)) {
    return { kind: 'changed', received: `Content-Encoding ${coding ?? 'identity'}` }
  }
  return status === 206 ? judgePart(state, head) : judgeWhole(state, head)
}

/**
 * Whether a response has the coding of the received bytes. Where nothing has been received, any coding is.
 * A 206 may omit the field (RFC 9110 §15.3.7), and is then of the representation with its strong tag.
 */
function isOfCoding(
  { validator, size, start, coding: received }: ResumeState,
  coding: string | undefined,
  status: number,
): boolean {
  if (validator.kind === 'none' && size === undefined && start === 0) return true
  if (status === 206 && coding === undefined && validator.kind === 'strong') return true
  return isSameCoding(received, coding)
}

function judgePart(state: ResumeState, head: ResponseHead): ResponseVerdict {
  const field = head.field('content-range')
  const range = parseContentRange(field)
  if (range?.kind !== 'slice' || range.total === undefined) {
    return { kind: 'refused', why: `a 206 with Content-Range ${field ?? '(none)'}` }
  }
  const { slice, total } = range
  if (state.size !== undefined && total !== state.size) {
    return { kind: 'changed', received: `a size of ${total}` }
  }
  if (!isSameVersion(state, head)) return { kind: 'changed', received: versionText(head) }
  const beyond = state.end !== undefined && slice.end > state.end
  if (slice.start !== state.start || beyond || !hasLength(head, slice.end - slice.start)) {
    const requested = `${state.start}-${state.end === undefined ? '' : state.end - 1}`
    return { kind: 'refused', why: `Content-Range ${field}, expected ${requested}` }
  }
  return { kind: 'append', end: slice.end, total }
}

function judgeWhole(state: ResumeState, head: ResponseHead): ResponseVerdict {
  const length = head.field('content-length')
  const size = length === undefined ? undefined : Number(length)
  const otherSize = size !== undefined && state.size !== undefined && size !== state.size
  if (otherSize || !isSameVersion(state, head)) {
    return { kind: 'changed', received: versionText(head) }
  }
  return { kind: 'whole', skip: state.start, size: size ?? state.size }
}

function judgeUnsatisfied(state: ResumeState, head: ResponseHead): ResponseVerdict {
  const range = parseContentRange(head.field('content-range'))
  if (range?.kind !== 'unsatisfied') return { kind: 'refused', why: 'status 416' }
  const { total } = range
  const known = state.size ?? total
  return total === known && total === state.start
    ? { kind: 'at-end', total }
    : { kind: 'changed', received: `a size of ${total}` }
}

/**
 * Whether a response is of the pinned version, also where none of its bytes has been received yet: the next
 * response may be of the pinned version again, and continue this one. Before the first response, any version is.
 */
function isSameVersion(
  { validator, weakTag, size, start }: ResumeState,
  head: ResponseHead,
): boolean {
  switch (validator.kind) {
    case 'strong':
      return strongMatch(parseEntityTag(validator.etag), parseEntityTag(head.field('etag')))
    case 'date':
      return validator.lastModified === head.field('last-modified') && hasWeakTag(weakTag, head)
    case 'weak': {
      const fields = [head.field('etag'), head.field('last-modified')]
      return fields.includes(validator.field) && hasWeakTag(weakTag, head)
    }
    case 'none':
      return size === undefined && start === 0
  }
}

/** Whether a response has the weak tag of the version; true where that has none. */
function hasWeakTag(weakTag: string | undefined, head: ResponseHead): boolean {
  if (weakTag === undefined) return true
  return weakMatch(parseEntityTag(weakTag), parseEntityTag(head.field('etag')))
}

function hasLength(head: ResponseHead, expected: number): boolean {
  const length = head.field('content-length')
  return length === undefined || Number(length) === expected
}

function versionText(head: ResponseHead): string {
  return `ETag ${head.field('etag') ?? '(none)'}`
}
