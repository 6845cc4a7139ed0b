import { parseContentRange } from '../http/content-range.js'
import { parseEntityTag, strongMatch } from '../http/entity-tag.js'
import { parseHttpDate } from '../http/http-date.js'
import { parseRetryAfter } from '../http/retry-after.js'

/** By what one version of a representation is told from the next. */
export type Validator =
  | { readonly kind: 'strong'; readonly etag: string }
  /** A date that is as good as strong (RFC 9110 §8.8.2.2). */
  | { readonly kind: 'date'; readonly lastModified: string }
  /** A weak tag or a young date: it may hold for other bytes too. */
  | { readonly kind: 'weak'; readonly field: string }
  | { readonly kind: 'none' }

/** What is held of a representation, and what is wanted next. */
export interface ResumeState {
  readonly validator: Validator
  /** Bytes of the whole, if known. */
  readonly size: number | undefined
  /** The first byte that is wanted: all before it are held. */
  readonly start: number
  /** Where what is wanted ends; undefined: with the representation. */
  readonly end: number | undefined
}

/** The head of an answer: field values by their lower-case names. */
export interface ResponseHead {
  readonly status: number
  readonly field: (name: string) => string | undefined
}

/** What to do with an answer, judged before a byte of its body is taken. */
export type ResponseVerdict =
  /** Its body goes on where the held bytes end. */
  | { readonly kind: 'append'; readonly end: number; readonly total: number }
  /** It is the whole; of the held version if anything is held: the first `skip` bytes are here already. */
  | { readonly kind: 'whole'; readonly skip: number; readonly size: number | undefined }
  /** Another version stands there now. Nothing that is held may be kept. */
  | { readonly kind: 'changed'; readonly received: string }
  /** There is nothing behind the held bytes, which proves no version. */
  | { readonly kind: 'at-end'; readonly total: number }
  /** Try again; after so many ms if the server says so. */
  | { readonly kind: 'later'; readonly after: number | undefined }
  /** No further try can heal it. */
  | { readonly kind: 'refused'; readonly why: string }

/** ms that a date must be older than the answer to count as strong. */
const SETTLED = 60_000

/** Statuses that may be others in a moment. */
export const TRANSIENT = new Set([408, 425, 429, 500, 502, 503, 504])

/** By what the version of an answer can be told again. `now`: ms, for an answer without a Date. */
export function validatorOf(head: ResponseHead, now: number): Validator {
  const etag = head.field('etag')
  const tag = parseEntityTag(etag)
  if (etag !== undefined && tag?.weak === false) return { kind: 'strong', etag: etag.trim() }
  const lastModified = head.field('last-modified')
  const modified = parseHttpDate(lastModified, now)
  const date = parseHttpDate(head.field('date'), now)
  if (lastModified !== undefined && modified !== undefined) {
    const settled = date !== undefined && date - modified >= SETTLED
    return settled ? { kind: 'date', lastModified } : { kind: 'weak', field: lastModified }
  }
  return etag !== undefined && tag ? { kind: 'weak', field: etag } : { kind: 'none' }
}

/**
 * Judges an answer against what is held (RFC 9110 §13.1.5, §14.4, §15.3.7): never is a byte of
 * another version, or of another place, taken for one that goes on. `now`: ms since the epoch.
 */
export function judgeResponse(held: ResumeState, head: ResponseHead, now: number): ResponseVerdict {
  const { status } = head
  if (TRANSIENT.has(status)) {
    return { kind: 'later', after: parseRetryAfter(head.field('retry-after'), now) }
  }
  if (status === 412) return { kind: 'changed', received: 'a failed precondition' }
  if (status === 416) return judgeEnd(held, head)
  if (status !== 200 && status !== 206) return { kind: 'refused', why: `status ${status}` }

  const coding = head.field('content-encoding')
  if (coding !== undefined && coding.toLowerCase() !== 'identity') {
    return { kind: 'refused', why: `Content-Encoding ${coding}, though identity was asked for` }
  }
  return status === 206 ? judgePart(held, head) : judgeWhole(held, head)
}

function judgePart(held: ResumeState, head: ResponseHead): ResponseVerdict {
  const field = head.field('content-range')
  const range = parseContentRange(field)
  if (range?.kind !== 'slice' || range.total === undefined) {
    return { kind: 'refused', why: `a 206 with Content-Range ${field ?? '(none)'}` }
  }
  const { slice, total } = range
  if (held.size !== undefined && total !== held.size) {
    return { kind: 'changed', received: `a size of ${total}` }
  }
  if (!isSameVersion(held, head)) return { kind: 'changed', received: versionText(head) }
  const beyond = held.end !== undefined && slice.end > held.end
  if (slice.start !== held.start || beyond || !hasLength(head, slice.end - slice.start)) {
    const wanted = `${held.start}-${held.end === undefined ? '' : held.end - 1}`
    return { kind: 'refused', why: `Content-Range ${field}, though ${wanted} was asked for` }
  }
  return { kind: 'append', end: slice.end, total }
}

function judgeWhole(held: ResumeState, head: ResponseHead): ResponseVerdict {
  const length = head.field('content-length')
  const size = length === undefined ? undefined : Number(length)
  if (held.start === 0 && held.size === undefined) return { kind: 'whole', skip: 0, size }
  const otherSize = size !== undefined && held.size !== undefined && size !== held.size
  if (otherSize || !isSameVersion(held, head)) {
    return { kind: 'changed', received: versionText(head) }
  }
  return { kind: 'whole', skip: held.start, size: size ?? held.size }
}

function judgeEnd(held: ResumeState, head: ResponseHead): ResponseVerdict {
  const range = parseContentRange(head.field('content-range'))
  if (range?.kind !== 'unsatisfied') return { kind: 'refused', why: 'status 416' }
  const { total } = range
  const known = held.size ?? total
  return total === known && total === held.start
    ? { kind: 'at-end', total }
    : { kind: 'changed', received: `a size of ${total}` }
}

/** Whether an answer is of the held version. Nothing held: any will do. */
function isSameVersion({ validator, size, start }: ResumeState, head: ResponseHead): boolean {
  switch (validator.kind) {
    case 'strong':
      return strongMatch(parseEntityTag(validator.etag), parseEntityTag(head.field('etag')))
    case 'date':
      return validator.lastModified === head.field('last-modified')
    case 'weak':
      return [head.field('etag'), head.field('last-modified')].includes(validator.field)
    case 'none':
      return size === undefined && start === 0
  }
}

function hasLength(head: ResponseHead, wanted: number): boolean {
  const length = head.field('content-length')
  return length === undefined || Number(length) === wanted
}

function versionText(head: ResponseHead): string {
  return `ETag ${head.field('etag') ?? '(none)'}`
}
