import { parseUrl } from './parse-url.js'

/**
 * The target of a redirect: an absolute URL, resolved against that of the request (RFC 9110 §10.2.2).
 * undefined for a Location that is no URL.
 *
 * @param location as node:http received it: each character is a byte. Servers send the UTF-8 of a path raw,
 *   which a URL has percent-encoded
 */
export function resolveLocation(location: string, base: URL): URL | undefined {
  const reference = encodeBytes(location)
  return parseUrl(reference, base)
}

/** Percent-encodes the bytes of a URL that are not ASCII, and leaves its other characters as they are. */
export function encodeBytes(url: string): string {
  return url.replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`)
}

/**
 * A Location that repeats the path of its request as a reference to this host. A server that redirects
 * `//evil.example` to the folder's name by adding a slash means its own path, but `//evil.example/` is a reference
 * to another host (RFC 3986 §4.2): anyone could make a link to a trusted host that leads elsewhere. Clients read
 * backslashes as slashes and skip tabs. A reference to a host that the path does not name is not changed.
 *
 * @param path the path of the request that was redirected, percent-encoded
 */
export function withoutEchoedHost(location: string, path: string): string {
  const [, rest] = /^[/\\]{2,}(.*)$/.exec(location.replaceAll('\t', '')) ?? []
  if (rest === undefined) return location
  const [authority = ''] = segmentsOf(rest)
  // The dot segment keeps the empty segment before it a part of the path (RFC 3986 §3.3).
  const isPath = /^\.*$/.test(authority) || namesHostOf(authority, segmentsOf(path))
  return isPath ? `/.//${rest}` : location
}

/**
 * A Location as a path of this host, without the path `base` before it: as it was sent where that is the same. A
 * reference that is relative to the path of the request stays as it is. undefined for one that is not below `base`.
 *
 * @param to the same, resolved
 * @param base without a slash at its end
 */
export function asPathBelow(location: string, to: URL, base: string): string | undefined {
  const reference = location.replaceAll('\t', '')
  const [, afterHost] = /^(?:https?:)?[/\\]{2}[^/\\?#]*(.*)$/i.exec(reference) ?? []
  if (afterHost === undefined && !/^(?:[/\\]|https?:)/i.test(reference)) return location
  if (!isPathBelow(to.pathname, base)) return undefined
  const sent = withSlash(afterHost ?? reference)
  const isSame = resolveLocation(withoutHost(sent), to)?.href === to.href
  const path = isSame && isPathBelow(sent, base) ? sent : to.pathname + to.search + to.hash
  return withoutHost(withSlash(path.slice(base.length)))
}

function isPathBelow(path: string, base: string): boolean {
  return path.startsWith(base) && /^(?:[/\\?#]|$)/.test(path.slice(base.length))
}

function withSlash(path: string): string {
  return /^[/\\]/.test(path) ? path : `/${path}`
}

/** A path whose empty first segment can't be read as the beginning of a reference to a host. */
function withoutHost(path: string): string {
  return /^[/\\]{2}/.test(path) ? `/.${path}` : path
}

/** Whether one of the segments of a path names the host of an authority. All of them are decoded to bytes. */
function namesHostOf(authority: string, segments: readonly string[]): boolean {
  const hosts = readingsOf(authority)
  return segments.some((segment) => readingsOf(segment).some((host) => hosts.includes(host)))
}

/** Characters of a host name. DNS permits 255 bytes; to convert 5000 characters takes 50 ms. */
const LONGEST_HOST = 1000

/**
 * The hosts that clients may read in an authority: those of its UTF-8, and of ISO 8859-1, in which node:http and
 * others send a decoded `%C3%A9` as one byte. Clients map characters to others, such as U+3002 to a dot (UTS 46).
 */
function readingsOf(bytes: string): string[] {
  const host = bytes.replace(/^.*@/s, '').replace(/:\d*$/, '')
  return [host, Buffer.from(host, 'latin1').toString()].map((name) => {
    const url = name.length <= LONGEST_HOST ? parseUrl(`http://${name}`) : undefined
    return url?.hostname ?? name.toLowerCase()
  })
}

/** The segments of a path, decoded to bytes. A semicolon begins parameters, which some servers remove. */
function segmentsOf(path: string): string[] {
  return decodeAll(path).split(/[/\\?#;]/)
}

/**
 * Decodes a path to bytes until nothing in it is encoded: servers decode a path once, twice or in part. Tabs and line
 * ends, which clients skip, are left out.
 */
function decodeAll(path: string): string {
  const bytes: string[] = []
  for (const character of path) {
    bytes.push(character)
    while (bytes.at(-3) === '%') {
      const hex = bytes.slice(-2).join('')
      if (!/^[\da-f]{2}$/i.test(hex)) break
      bytes.splice(-3, 3, String.fromCharCode(Number.parseInt(hex, 16)))
    }
    if (/[\t\n\r]/.test(bytes.at(-1) as string)) bytes.pop()
  }
  return bytes.join('')
}
