import type { RequestFields } from './precondition.js'

/** Fields of one connection (RFC 9110 §7.6.1), and those that say how its messages are framed. */
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

/** Fields that say nothing of the person who asks, and so may go to any origin. */
const IMPERSONAL = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
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
])

export type Forwarded = Record<string, string | string[]>

/** The fields that go from end to end: not those that Connection names, nor HTTP/2's pseudo-fields. */
export function endToEnd(fields: RequestFields, without: readonly string[] = []): Forwarded {
  const named = String(fields.connection ?? '')
    .toLowerCase()
    .split(/\s*,\s*/)
  const dropped = new Set([...HOP_BY_HOP, ...named, ...without])
  return pick(fields, (name) => !dropped.has(name) && !name.startsWith(':'))
}

/** The fields without those that tell who asks: for an origin that the person did not name. */
export function impersonal(fields: RequestFields): Forwarded {
  return pick(fields, (name) => IMPERSONAL.has(name))
}

/** A Via field with one more recipient at its end (RFC 9110 §7.6.3). */
export function addVia(via: string | undefined, version: string, pseudonym: string): string {
  const own = `${version} ${pseudonym}`
  return via ? `${via}, ${own}` : own
}

function pick(fields: RequestFields, keeps: (name: string) => boolean): Forwarded {
  const kept = Object.entries(fields).filter(([name, value]) => value !== undefined && keeps(name))
  return Object.fromEntries(kept) as Forwarded
}
