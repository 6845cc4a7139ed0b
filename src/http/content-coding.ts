import Negotiator from 'negotiator'

/** The content codings in which a file may stand ready, and how the name of such a file ends. */
export const CODED_EXTENSIONS = { br: '.br', zstd: '.zst', gzip: '.gz' } as const

export type ContentCoding = keyof typeof CODED_EXTENSIONS

export const CONTENT_CODINGS = Object.keys(CODED_EXTENSIONS) as ContentCoding[]

/** A member of Accept-Encoding (RFC 9110 §12.5.3) with a weight that is one (§12.4.2), or without. */
const MEMBER = /^[^;"]*(?:;[ \t]*q=(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)[ \t]*)?$/i

/**
 * The codings that an Accept-Encoding field prefers to none, best first; where it likes several
 * alike, in the order in which they are given. `identity` that it does not name comes last. A member
 * that is malformed counts as not there.
 */
export function preferredCodings(
  field: string,
  codings: readonly ContentCoding[],
): readonly ContentCoding[] {
  const members = field.split(',').filter((member) => MEMBER.test(member))
  // RFC 9110 §8.4.1.3: the old name of the same.
  const accepted = members.map((member) => member.replace(/^\s*x-gzip(?![\w-])/i, 'gzip')).join(',')
  const negotiator: ByPreference = new Negotiator({ headers: { 'accept-encoding': accepted } })
  const order = negotiator.encodings([...codings, 'identity'], { preferred: codings })
  const identity = order.indexOf('identity')
  const better = identity === -1 ? order : order.slice(0, identity)
  return better as ContentCoding[]
}

/** What the types of negotiator leave out: who decides between equal weights. */
interface ByPreference {
  encodings(
    available: readonly string[],
    options: { readonly preferred: readonly string[] },
  ): string[]
}

/** Types that are text by another name, or shrink as it does. */
const TEXTUAL = new Set([
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
 * Whether files of a Content-Type may be sent in a coding: text in the widest sense. Never media,
 * archives, and what is not known: they gain nothing, and players that seek in them need their own bytes.
 */
export function mayBeCoded(contentType: string): boolean {
  const [type = ''] = contentType.toLowerCase().split(';')
  const essence = type.trim()
  if (TEXTUAL.has(essence) || essence.startsWith('text/')) return true
  return /^(?:application|model)\/[^/]+\+(?:json|xml|yaml)$/.test(essence)
}
