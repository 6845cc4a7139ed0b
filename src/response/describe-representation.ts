import { formatHttpDate } from '../http/http-date.js'
import { isRepresentationField } from '../http/representation-fields.js'
import type { FieldSettings } from '../settings/field-options.js'
import type { Facts } from '../source/representation.js'
import { type HeaderFields, joinVary, mergeFields, type ReplyFields } from './header-fields.js'

/** The properties of a version, and the settings of the registration or call, that fields describe. */
export interface Description {
  readonly facts: Pick<Facts, 'contentType' | 'sniffing' | 'ranges' | 'fields' | 'chain'>
  readonly etag: string | undefined
  /** ms since the epoch. */
  readonly lastModified: number | undefined
  /** Whether the source's digest fields are sent. `withheld`: a fault replaces the bytes. */
  readonly digests: 'sent' | 'withheld'
  readonly settings: FieldSettings
  /** The value of Content-Disposition; undefined: the field is not sent. */
  readonly disposition?: string | undefined
  /** Values of Link, besides those of the application. Default: none. */
  readonly links?: readonly string[] | undefined
  /** The status that the application has set. From 400 on, the representation is an error page. */
  readonly status: number
}

/** The fields of an error page: validators and ranges apply to a 200 alone. */
const ERROR_PAGE = {
  cacheControl: 'no-store',
  acceptRanges: false,
  etag: 'none',
  lastModified: false,
} as const

/** Digests of the bytes, and the signature of one. */
const DIGEST_FIELDS: ReadonlySet<string> = new Set([
  ...['repr-digest', 'digest', 'unencoded-digest'],
  ...['signature', 'signature-input'],
])

/**
 * The header fields that describe a version of a representation. Fields that the application has set
 * replace the default ones, except for the Content-Disposition of a `download` call.
 *
 * @param now the time of the response's Date, ms since the epoch
 */
export function describeRepresentation(
  description: Description,
  application: ReplyFields,
  now: number,
): HeaderFields {
  const { disposition, links, status } = description
  const fields = mergeFields(ownFields(description, now), application)
  if (disposition !== undefined) fields['content-disposition'] = disposition
  if (links !== undefined && status < 400) fields.link = [fields.link ?? [], links].flat(2)
  return fields
}

function ownFields(description: Description, now: number): HeaderFields {
  const { facts, etag, lastModified, digests, status } = description
  const isError = status >= 400
  const settings = isError ? { ...description.settings, ...ERROR_PAGE } : description.settings
  const fields: HeaderFields = {}
  if (settings.acceptRanges && facts.ranges !== 'untold') {
    fields['accept-ranges'] = facts.ranges ?? 'bytes'
  }
  if (facts.sniffing !== 'untold') fields['x-content-type-options'] = 'nosniff'
  if (settings.contentType && facts.contentType !== undefined) {
    fields['content-type'] = facts.contentType
  }
  if (settings.cacheControl !== undefined) {
    // A cache must not send the bytes that a growing file had once for those that it has.
    fields['cache-control'] = facts.chain?.state === 'growing' ? 'no-cache' : settings.cacheControl
  }
  if (settings.etag !== 'none' && etag !== undefined) fields.etag = etag
  if (settings.lastModified && lastModified !== undefined) {
    // Last-Modified must not be later than Date (RFC 9110 §8.8.2.1).
    const modified = formatHttpDate(Math.min(lastModified, now))
    if (modified !== undefined) fields['last-modified'] = modified
  }
  for (const [name, value] of Object.entries(facts.fields ?? {})) {
    const isWithheld = digests === 'withheld' && DIGEST_FIELDS.has(name)
    const isOfFile = isError && isRepresentationField(name) && name !== 'content-encoding'
    if (!isWithheld && !isOfFile) fields[name] = value
  }
  fields.vary = joinVary(fields.vary?.toString(), settings.vary)
  return fields
}
