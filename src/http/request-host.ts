import { isIPv6 } from 'node:net'

/** The parts of a request that name its host and its target. */
export interface NamedRequest {
  readonly method?: string | undefined
  /** The request target (RFC 9112 §3.2); in HTTP/2 `:path`. */
  readonly url?: string | undefined
  readonly httpVersionMajor: number
  readonly httpVersionMinor: number
  /** Names and values in turn, as they were received; in HTTP/2 also the pseudo-fields. */
  readonly rawHeaders: readonly string[]
}

/**
 * Why a request must be refused with 400 for its Host field or the form of its target; undefined for a
 * valid request.
 *
 * - Host: one field in HTTP/1.1, at most one otherwise (RFC 9112 §3.2), of the same host as `:authority`
 *   (RFC 9113 §8.3.1).
 * - Target: a path, an http(s) URL without user information (RFC 9110 §4.2.4), or for OPTIONS `*`.
 */
export function invalidRequest(request: NamedRequest): string | undefined {
  return invalidHost(request) ?? invalidTarget(request)
}

function invalidHost({
  rawHeaders,
  httpVersionMajor,
  httpVersionMinor,
}: NamedRequest): string | undefined {
  let host: string | undefined
  let authority: string | undefined
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string
    if (name === ':authority') authority = rawHeaders[at + 1]
    if (name.length !== 4 || name.toLowerCase() !== 'host') continue
    if (host !== undefined) return 'The request has more than one Host field.'
    host = rawHeaders[at + 1]
  }
  const isRequired = httpVersionMajor === 1 && httpVersionMinor > 0
  if (host === undefined && isRequired) return 'The request has no Host field.'
  if (host !== undefined && !isHost(host)) return INVALID_HOST
  if (authority === undefined) return undefined
  if (!isHost(authority)) return INVALID_HOST
  const isSame = host === undefined || host.toLowerCase() === authority.toLowerCase()
  return isSame ? undefined : 'The Host field and :authority name different hosts.'
}

const INVALID_HOST = 'The Host field is not a host with an optional port.'

function invalidTarget({ method, url = '' }: NamedRequest): string | undefined {
  if (url.startsWith('/')) return undefined
  if (url === '*') return method === 'OPTIONS' ? undefined : 'Only OPTIONS has the target "*".'
  const [, authority] = /^https?:\/\/([^/?#]*)/i.exec(url) ?? []
  if (authority === undefined) return 'The request target is neither a path nor an http(s) URL.'
  if (authority.includes('@')) return 'The request target has user information.'
  return isHost(authority) ? undefined : 'The request target has an invalid host.'
}

/**
 * A name, an IPv4 address, or an address in brackets, with an optional port. Of the characters that RFC 3986
 * §3.2.2 allows in a name, the comma is refused: it joins two Host fields that a proxy has received.
 */
const HOST =
  /^(?:(?:[\w.~!$&'()*+;=-]|%[\da-f]{2})+|\[(?:([\da-f:.]+)(?:%25[\w.~-]+)?|v[\da-f]+\.[\w.~!$&'()*+;=:-]+)\])(?::(\d*))?$/i

/** A fast check for most hosts. */
const PLAIN_HOST = /^[\w.-]+(?::\d{1,4})?$/

/** Whether a value is valid for a Host field. */
export function isHost(value: string): boolean {
  if (PLAIN_HOST.test(value)) return true
  const match = HOST.exec(value)
  if (match === null) return false
  const [, address, port = ''] = match
  return (address === undefined || isIPv6(address)) && Number(port) <= 65_535
}
