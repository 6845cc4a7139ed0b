import Negotiator from 'negotiator'

/** The content codings of precompressed files, and the file name extension of each. */
export const CODED_EXTENSIONS = { br: '.br', zstd: '.zst', gzip: '.gz' } as const

export type ContentCoding = keyof typeof CODED_EXTENSIONS

export const CONTENT_CODINGS = Object.keys(CODED_EXTENSIONS) as ContentCoding[]

/** A member of Accept-Encoding (RFC 9110 §12.5.3) with a valid weight (§12.4.2) or without a weight. */
const MEMBER = /^[^;"]*(?:;[ \t]*q=(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)[ \t]*)?$/i

/**
 * The codings that an Accept-Encoding header field prefers to `identity`, best first; codings of
 * equal weight keep the order of `codings`. `identity` ranks last unless the field names it.
 * Malformed members are ignored.
 */
export function preferredCodings(
  field: string,
  codings: readonly ContentCoding[],
): readonly ContentCoding[] {
  const members = field.split(',').filter((member) => MEMBER.test(member))
  // RFC 9110 §8.4.1.3: x-gzip is equivalent to gzip.
  const accepted = members.map((member) => member.replace(/^\s*x-gzip(?![\w-])/i, 'gzip')).join(',')
  const negotiator: PreferenceNegotiator = new Negotiator({
    headers: { 'accept-encoding': accepted },
  })
  const order = negotiator.encodings([...codings, 'identity'], { preferred: codings })
  const identity = order.indexOf('identity')
  const preferred = identity === -1 ? order : order.slice(0, identity)
  return preferred as ContentCoding[]
}

/** negotiator's `preferred` option orders equal weights; its type definitions lack it. */
interface PreferenceNegotiator {
  encodings(
    available: readonly string[],
    options: { readonly preferred: readonly string[] },
  ): string[]
}

/** Media types outside of `text/` that are text, or that compress as well as text does. */
const COMPRESSIBLE_TYPES = new Set([
  'application/ecmascript',
  'application/graphql',
  'application/javascript',
  'application/json',
  'application/json5',
  'application/node',
  'application/rtf',
  'application/sql',
  'application/toml',
  'application/vnd.apple.mpegurl',
  'application/vnd.ms-fontobject',
  'application/wasm',
  'application/x-javascript',
  'application/x-ndjson',
  'application/x-sami',
  'application/x-sh',
  'application/x-subrip',
  'application/xml',
  'application/xml-dtd',
  'application/yaml',
  'font/otf',
  'font/ttf',
  'image/svg+xml',
])

/**
 * Whether files of a Content-Type may be sent in a content coding: text and formats that compress
 * like it. False for media, archives and unknown types: compression saves nothing there, and players
 * seek by offsets in the uncompressed bytes.
 */
export function isCompressible(contentType: string): boolean {
  const [type = ''] = contentType.toLowerCase().split(';')
  const essence = type.trim()
  if (COMPRESSIBLE_TYPES.has(essence) || essence.startsWith('text/')) return true
  return /^(?:application|model)\/[^/]+\+(?:json|xml|yaml)$/.test(essence)
}
