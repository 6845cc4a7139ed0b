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
