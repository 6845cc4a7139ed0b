import { parseEntityTag } from '../../http/entity-tag.js'
import { formatHttpDate, parseHttpDate } from '../../http/http-date.js'
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

/** The strong ETag with its case swapped, and with its last character changed: tags that no version has either. */
export function nearTags({ etag }: Pick<Facts, 'etag'>): string[] {
  const tag = parseEntityTag(etag)
  if (tag === undefined || tag.weak || tag.opaque === '') return []
  const { opaque } = tag
  const swapped = opaque.replace(/[a-z]/gi, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  )
  const changed = opaque.slice(0, -1) + (opaque.endsWith('0') ? '1' : '0')
  return [swapped, changed].filter((each) => each !== opaque).map((each) => `"${each}"`)
}
