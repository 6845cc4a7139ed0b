/**
 * A parsed request target. `key` names a representation in its source: decoded, separated by `/`,
 * without a leading slash. `query` includes its question mark.
 */
export type Target =
  | { readonly kind: 'key'; readonly key: string; readonly query: string }
  | { readonly kind: 'malformed'; readonly reason: string }

/**
 * Parses the path of a request target into a key that can't leave its root (RFC 3986 §5.2.4, §7.3).
 * Each segment is decoded once and separately, so that an encoded separator is detected and refused.
 * Dot segments in any encoding, backslashes and control characters are refused as well: clients resolve
 * dot segments before they send a request, so a dot segment that arrives is an error or an attack.
 *
 * @param url the request target in origin or absolute form (RFC 9112 §3.2), `/dir/file?query`
 * @param depth the number of path segments in the prefix, before the key
 */
export function parseTarget(url: string, depth: number): Target {
  const { path, query } = splitTarget(url)
  const encoded = afterSegments(path, depth)
  if (PLAIN.test(encoded)) return { kind: 'key', key: encoded, query }
  const segments: string[] = []
  for (const part of encoded.split('/')) {
    const segment = decodeSegment(part)
    if (segment === undefined) {
      return malformed('A percent-encoding in the path is not valid UTF-8.')
    }
    const refusal = refusalOf(segment)
    if (refusal !== undefined) return malformed(refusal)
    segments.push(segment)
  }
  return { kind: 'key', key: segments.join('/'), query }
}

/** A fast check for common paths: no percent-encoding, and no segment that starts with a dot. */
const PLAIN = /^(?:[\w~-][\w.~-]*(?:\/|$))*$/

/** The path without its leading slash and its first `count` segments. */
function afterSegments(path: string, count: number): string {
  let at = 0
  for (let skipped = 0; skipped <= count; skipped += 1) {
    const slash = path.indexOf('/', at)
    if (slash === -1) return ''
    at = slash + 1
  }
  return path.slice(at)
}

/** Parses an unencoded path from the application into a key; undefined if it could leave its root. */
export function parsePath(path: string): string | undefined {
  const key = path.replace(/^\/+/, '')
  return key.split('/').some((segment) => refusalOf(segment) !== undefined) ? undefined : key
}

/** Splits a request target into its encoded path and its query, which keeps the question mark. */
export function splitTarget(url: string): { path: string; query: string } {
  const target = url.startsWith('/') ? url : url.replace(/^https?:\/\/[^/?]*/i, '')
  const mark = target.indexOf('?')
  return mark === -1
    ? { path: target, query: '' }
    : { path: target.slice(0, mark), query: target.slice(mark) }
}

function malformed(reason: string): Target {
  return { kind: 'malformed', reason }
}

/** The reason why a decoded segment is not allowed in a key; undefined if it is allowed. */
function refusalOf(segment: string): string | undefined {
  if (segment === '.' || segment === '..') return 'The path contains a dot segment.'
  if (/[/\\]/.test(segment)) return 'A segment of the path contains a slash or a backslash.'
  if (/\p{Cc}/u.test(segment)) return 'The path contains a control character.'
  return undefined
}

/** Encodes a key as the path of a URL: every reserved character of a segment is percent-encoded. */
export function encodeKey(key: string): string {
  return key.split('/').map(encodeURIComponent).join('/')
}

/**
 * Encodes a key as the path of a URL, but leaves the characters that RFC 3986 §3.3 allows in a path.
 * A plus is encoded: some object stores decode it as a space.
 */
export function encodePath(key: string): string {
  return encodeKey(key).replace(/%(?:3A|40|24|26|2C|3B|3D)/g, decodeURIComponent)
}

function decodeSegment(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded)
  } catch {
    return undefined
  }
}
