import { parseEntityTag } from '../../http/entity-tag.js'
import { formatHttpDate, parseHttpDate } from '../../http/http-date.js'
import { fieldOf } from '../subject/exchange.js'
import type { Facts } from '../subject/facts.js'

/** An entity tag that no version of the representation has. */
export const OTHER_TAG = '"of-no-version"'

/** Another one, with a comma, which servers that split lists at commas take for two members. */
export const COMMA_TAG = '"of,no,version"'

/** The text between the quotes of the ETag; undefined if there is none, or if it is malformed. */
export function opaqueOf({ etag }: Pick<Facts, 'etag'>): string | undefined {
  return parseEntityTag(etag)?.opaque
}

/** Last-Modified, moved by `ms`, as an HTTP date; undefined if there is none, or if it is malformed. */
export function dateOf({ lastModified }: Pick<Facts, 'lastModified'>, ms = 0): string | undefined {
  const date = parseHttpDate(lastModified, Date.now())
  return date === undefined ? undefined : formatHttpDate(date + ms)
}

/** ms by which Last-Modified must be older than Date for a client to take it for a strong validator (RFC 9110 §8.8.2.2). */
const OLD = 60_000

/** Whether Last-Modified was so old at the first response that no further change can share its second. */
export function isOldDate({ lastModified, whole }: Pick<Facts, 'lastModified' | 'whole'>): boolean {
  const now = Date.now()
  const modified = parseHttpDate(lastModified, now)
  const date = parseHttpDate(fieldOf(whole, 'date'), now)
  return modified !== undefined && date !== undefined && date - modified >= OLD
}
