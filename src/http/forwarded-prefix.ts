/** Characters of all prefixes together. */
const MOST_CHARACTERS = 256

/** A path of segments of `pchar` (RFC 3986 §3.3), but for the comma, which separates the values of a field. */
const PATH = /^(?:\/(?:[\w.~!$&'()*+;=:@-]|%[\da-f]{2})+)+\/?$/i

/** Segments and characters that a client or a server resolves or reads in another way: dots, slashes and controls. */
const MISREAD = /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)|%2f|%5c|%[01][\da-f]|%7f/i

/**
 * The path that proxies have removed from the target of a request, by X-Forwarded-Prefix, without a slash at its end:
 * `/media`. Each proxy of a chain appends a value, the outermost has the first. Empty for no prefix, and for a value
 * that is no path: it becomes the beginning of a Location, where `//host` would lead to another host.
 */
export function parseForwardedPrefix(field: string | readonly string[] | undefined): string {
  if (field === undefined) return ''
  const values = [field].flat().flatMap((line) => line.split(','))
  let prefix = ''
  for (const value of values) {
    const path = value.replace(/^[\t ]+|[\t ]+$/g, '')
    if (path === '' || path === '/') continue
    if (!PATH.test(path) || MISREAD.test(path)) return ''
    prefix += path.replace(/\/$/, '')
    if (prefix.length > MOST_CHARACTERS) return ''
  }
  return prefix
}
