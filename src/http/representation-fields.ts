/**
 * Fields that describe a representation or say how long it may be cached, removed from responses with
 * another body: a cache would keep an error under the lifetime and the validators of the file.
 */
const REPRESENTATION_FIELDS: ReadonlySet<string> = new Set([
  'accept-ranges',
  'age',
  'cache-control',
  'content-digest',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-length',
  'content-location',
  'content-md5',
  'content-range',
  'content-type',
  'digest',
  'etag',
  'expires',
  'last-modified',
  'pragma',
  'repr-digest',
  'surrogate-control',
  'unencoded-digest',
  'x-accel-expires',
])

/** Targeted cache control (RFC 9213), such as CDN-Cache-Control. */
const TARGETED = '-cache-control'

/** Whether a field describes a representation. @param name in lower case */
export function isRepresentationField(name: string): boolean {
  return REPRESENTATION_FIELDS.has(name) || name.endsWith(TARGETED)
}
