import type { RequestFields } from './precondition.js'

/** Header fields of one connection (RFC 9110 §7.6.1), including those of message framing. */
const HOP_BY_HOP = [
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

/** Request header fields that identify neither a user nor a session. */
const CROSS_ORIGIN_FIELDS = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'accept-signature',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'range',
  'user-agent',
  'via',
  'want-content-digest',
  'want-digest',
  'want-repr-digest',
  'want-unencoded-digest',
])

/** Header fields for the next hop: lower-case names, and an array for a field that was sent in several lines. */
export type Forwarded = Record<string, string | string[]>

/**
 * The end-to-end header fields: without hop-by-hop fields, the fields that Connection names, HTTP/2
 * pseudo-fields, and the names in `without`.
 */
export function endToEnd(fields: RequestFields, without: readonly string[] = []): Forwarded {
  const connectionOptions = String(fields.connection ?? '')
    .toLowerCase()
    .split(/\s*,\s*/)
  const dropped = new Set([...HOP_BY_HOP, ...connectionOptions, ...without])
  return pick(fields, (name) => !dropped.has(name) && !name.startsWith(':'))
}

/** Conditions by date, and those by entity tag beside which a recipient ignores them (RFC 9110 §13.1.3, §13.1.4). */
const IGNORED_BESIDE = [
  ['if-unmodified-since', 'if-match'],
  ['if-modified-since', 'if-none-match'],
] as const

/** Removes the conditions that a recipient ignores: some origins, such as nginx and Apache httpd, evaluate them. */
export function withoutIgnoredDates(fields: Forwarded): Forwarded {
  const ignored = IGNORED_BESIDE.filter(([, tag]) => fields[tag] !== undefined)
  return pick(fields, (name) => !ignored.some(([date]) => date === name))
}

/** The trailer fields to pass on: without those that would frame or route a message (RFC 9110 §6.5.1). */
export function passedTrailers(fields: RequestFields): Forwarded {
  return endToEnd(fields, ['content-length', 'host'])
}

/** The header fields that may follow a redirect to another origin: no credentials, no cookies. */
export function crossOriginFields(fields: RequestFields): Forwarded {
  return pick(fields, (name) => CROSS_ORIGIN_FIELDS.has(name))
}

/** The Via header field with this proxy appended (RFC 9110 §7.6.3). */
export function addVia(via: string | undefined, version: string, pseudonym: string): string {
  const own = `${version} ${pseudonym}`
  return via ? `${via}, ${own}` : own
}

function pick(fields: RequestFields, keeps: (name: string) => boolean): Forwarded {
  const kept = Object.entries(fields).filter(([name, value]) => value !== undefined && keeps(name))
  return Object.fromEntries(kept) as Forwarded
}
