import { parseEntityTag, parseTagList, strongMatch, weakMatch } from './entity-tag.js'
import { parseHttpDate } from './http-date.js'

/** Request header fields as node:http provides them: lower-case names, duplicates joined by a comma. */
export type RequestFields = Readonly<Record<string, string | string[] | undefined>>

/** The validators of the selected representation (RFC 9110 §8.8). */
export interface Validators {
  /** The value of the ETag header field, with its quotes and the `W/` of a weak tag. */
  readonly etag?: string | undefined
  /** ms since the epoch. Last-Modified has a resolution of one second. */
  readonly lastModified?: number | undefined
  /**
   * `weak`: two versions may share the second of `lastModified`, however old it is. `shared`: two are known to.
   */
  readonly dateStrength?: 'weak' | 'shared' | undefined
}

/** The outcome of the preconditions. `range`: whether If-Range lets the Range header field apply. */
export type PreconditionResult =
  | { readonly kind: 'proceed'; readonly range: 'applies' | 'ignored' }
  | { readonly kind: 'not-modified' }
  | { readonly kind: 'failed' }

type Condition = 'absent' | 'holds' | 'fails'

/**
 * Evaluates the preconditions of a GET or HEAD request in the order of RFC 9110 §13.2.2.
 *
 * @param now the time of the response's Date header field, ms since the epoch
 */
export function judgePreconditions(
  method: string,
  fields: RequestFields,
  validators: Validators,
  now: number,
): PreconditionResult {
  const match = ifMatch(singleValue(fields['if-match']), validators)
  if (match === 'fails') return { kind: 'failed' }
  if (
    match === 'absent' &&
    ifUnmodifiedSince(singleValue(fields['if-unmodified-since']), validators, now) === 'fails'
  ) {
    return { kind: 'failed' }
  }
  const noneMatch = ifNoneMatch(singleValue(fields['if-none-match']), validators)
  if (noneMatch === 'fails') return { kind: 'not-modified' }
  if (
    noneMatch === 'absent' &&
    ifModifiedSince(singleValue(fields['if-modified-since']), validators, now) === 'fails'
  ) {
    return { kind: 'not-modified' }
  }
  const range =
    method === 'GET' &&
    ifRange(singleValue(fields['if-range']), validators, now) !== 'fails' &&
    (match !== 'absent' || !isUnprovenDate(fields['if-unmodified-since'], validators, now))
  return { kind: 'proceed', range: range ? 'applies' : 'ignored' }
}

/** The value of a header field. Node provides an array only for Set-Cookie, which requests don't have. */
export function singleValue(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value
}

/** RFC 9110 §13.1.1: strong comparison, so a weak tag never matches. */
function ifMatch(field: string | undefined, { etag }: Validators): Condition {
  return field === undefined ? 'absent' : conditionOf(isListed(field, etag, strongMatch))
}

/** RFC 9110 §13.1.2: weak comparison. */
function ifNoneMatch(field: string | undefined, { etag }: Validators): Condition {
  return field === undefined ? 'absent' : conditionOf(!isListed(field, etag, weakMatch))
}

function isListed(field: string, etag: string | undefined, matches: typeof weakMatch): boolean {
  const list = parseTagList(field)
  if (list.kind === 'any') return true
  const current = parseEntityTag(etag)
  return list.tags.some((tag) => matches(tag, current))
}

/** RFC 9110 §13.1.4. */
function ifUnmodifiedSince(
  field: string | undefined,
  validators: Validators,
  now: number,
): Condition {
  const isModified = isModifiedAfter(field, validators, now)
  return isModified === undefined ? 'absent' : conditionOf(!isModified)
}

/** RFC 9110 §13.1.3. */
function ifModifiedSince(
  field: string | undefined,
  validators: Validators,
  now: number,
): Condition {
  const isModified = isModifiedAfter(field, validators, now)
  return isModified === undefined ? 'absent' : conditionOf(isModified)
}

/** undefined if the field is not a date or the representation has none: the condition is ignored. */
function isModifiedAfter(
  field: string | undefined,
  { lastModified, dateStrength }: Validators,
  now: number,
): boolean | undefined {
  const date = parseHttpDate(field, now)
  if (date === undefined || lastModified === undefined) return undefined
  const modified = wholeSecond(lastModified)
  return modified > date || (modified === date && dateStrength === 'shared')
}

/**
 * Whether If-Unmodified-Since has the date of the representation, but does not prove which of the versions of
 * that second the client has: a range of this one might continue another.
 */
function isUnprovenDate(
  field: RequestFields[string],
  { lastModified, dateStrength }: Validators,
  now: number,
): boolean {
  const date = parseHttpDate(singleValue(field), now)
  if (date === undefined || lastModified === undefined) return false
  return date === wholeSecond(lastModified) && !isStrongDate(date, dateStrength, now)
}

/**
 * RFC 9110 §13.1.5: an entity tag by strong comparison, or a date equal to Last-Modified. The date is a
 * strong validator only if it is at least one second older than the response's Date (§8.8.2.2), and set by
 * the write itself.
 */
function ifRange(
  field: string | undefined,
  { etag, lastModified, dateStrength }: Validators,
  now: number,
): Condition {
  if (field === undefined) return 'absent'
  const tag = parseEntityTag(field)
  if (tag !== undefined) return conditionOf(strongMatch(tag, parseEntityTag(etag)))
  const date = parseHttpDate(field, now)
  if (date === undefined || lastModified === undefined) return 'fails'
  const isStrong = isStrongDate(date, dateStrength, now)
  return conditionOf(isStrong && date === wholeSecond(lastModified))
}

function isStrongDate(
  date: number,
  dateStrength: Validators['dateStrength'],
  now: number,
): boolean {
  return dateStrength === undefined && wholeSecond(now) - date >= 1000
}

function conditionOf(holds: boolean): Condition {
  return holds ? 'holds' : 'fails'
}

function wholeSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000
}
