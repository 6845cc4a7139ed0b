import { parseEntityTag, parseTagList, strongMatch, weakMatch } from './entity-tag.js'
import { parseHttpDate } from './http-date.js'

/** Request fields as node:http gives them: lower-case names, duplicates joined by a comma. */
export type RequestFields = Readonly<Record<string, string | string[] | undefined>>

/** What the selected representation is recognised by. */
export interface Validators {
  /** The ETag field as it is sent, quotes and any `W/` included. */
  readonly etag?: string | undefined
  /** ms since the epoch; only whole seconds can be told apart by a client. */
  readonly lastModified?: number | undefined
}

/** The outcome of the preconditions. `range` says whether a Range field may still count. */
export type PreconditionResult =
  | { readonly kind: 'proceed'; readonly range: 'counts' | 'ignored' }
  | { readonly kind: 'not-modified' }
  | { readonly kind: 'failed' }

type Condition = 'absent' | 'holds' | 'fails'

/**
 * Judges the preconditions of a GET or HEAD in the order of RFC 9110 §13.2.2. `now` is the time
 * that the answer's Date will carry, in ms.
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
    method === 'GET' && ifRange(singleValue(fields['if-range']), validators, now) !== 'fails'
  return { kind: 'proceed', range: range ? 'counts' : 'ignored' }
}

/** A field's one value. Node gives an array only for Set-Cookie, which is no field of ours. */
export function singleValue(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value
}

/** §13.1.1, by strong comparison: a weak tag never matches. */
function ifMatch(field: string | undefined, { etag }: Validators): Condition {
  if (field === undefined) return 'absent'
  const wanted = parseTagList(field)
  if (wanted.kind === 'any') return 'holds'
  const current = parseEntityTag(etag)
  return wanted.tags.some((tag) => strongMatch(tag, current)) ? 'holds' : 'fails'
}

/** §13.1.4. A date that can't be read, or nothing to compare it with, is ignored. */
function ifUnmodifiedSince(
  field: string | undefined,
  validators: Validators,
  now: number,
): Condition {
  const [limit, modified] = dates(field, validators, now)
  if (limit === undefined || modified === undefined) return 'absent'
  return modified <= limit ? 'holds' : 'fails'
}

/** §13.1.2, by weak comparison. */
function ifNoneMatch(field: string | undefined, { etag }: Validators): Condition {
  if (field === undefined) return 'absent'
  const known = parseTagList(field)
  if (known.kind === 'any') return 'fails'
  const current = parseEntityTag(etag)
  return known.tags.some((tag) => weakMatch(tag, current)) ? 'fails' : 'holds'
}

/** §13.1.3. */
function ifModifiedSince(
  field: string | undefined,
  validators: Validators,
  now: number,
): Condition {
  const [limit, modified] = dates(field, validators, now)
  if (limit === undefined || modified === undefined) return 'absent'
  return modified > limit ? 'holds' : 'fails'
}

/**
 * §13.1.5: a tag by strong comparison, or a date that equals ours and is a strong validator
 * itself, being at least a second older than the answer's Date (§8.8.2.2).
 */
function ifRange(field: string | undefined, validators: Validators, now: number): Condition {
  if (field === undefined) return 'absent'
  const tag = parseEntityTag(field)
  if (tag !== undefined)
    return strongMatch(tag, parseEntityTag(validators.etag)) ? 'holds' : 'fails'
  const [wanted, modified] = dates(field, validators, now)
  const equal = wanted !== undefined && wanted === modified
  return equal && wholeSecond(now) - wanted >= 1000 ? 'holds' : 'fails'
}

function dates(
  field: string | undefined,
  { lastModified }: Validators,
  now: number,
): [number | undefined, number | undefined] {
  return [
    parseHttpDate(field, now),
    lastModified === undefined ? undefined : wholeSecond(lastModified),
  ]
}

function wholeSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000
}
