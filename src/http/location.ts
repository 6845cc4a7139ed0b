/**
 * The target of a redirect: an absolute URL, resolved against that of the request (RFC 9110 §10.2.2).
 * undefined for a Location that is no URL.
 *
 * @param location as node:http received it: each character is a byte. Servers send the UTF-8 of a path raw,
 *   which a URL has percent-encoded
 */
export function resolveLocation(location: string, base: URL): URL | undefined {
  const reference = encodeBytes(location)
  return URL.canParse(reference, base.href) ? new URL(reference, base) : undefined
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
  const isPath = /^\.*$/.test(authority) || segmentsOf(path).includes(authority)
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

/** The segments of a path in small letters, as any server may have read them: ASCII is decoded, also encoded twice. */
function segmentsOf(path: string): string[] {
  const decoded = path.replace(/%(?:25)*([0-7][\da-f])/gi, (_encoded, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return decoded.toLowerCase().split(/[/\\?#]/)
}
