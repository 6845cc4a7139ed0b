/** The key of a representation in its source: decoded, `/`-separated, without a leading slash. */
export type Target =
  | { readonly kind: 'key'; readonly key: string; readonly query: string }
  | { readonly kind: 'malformed'; readonly reason: string }

/**
 * Turns the path of a request target into a key that can't leave its root (RFC 3986 §5.2.4, §7.3).
 * Each segment is decoded once, by itself, so an encoded separator stays visible and is refused, as
 * are dot segments in any encoding, backslashes and control characters: clients resolve dot
 * segments before they ask, so one that arrives is a mistake or an attack.
 *
 * @param url the request target in origin or absolute form (RFC 9112 §3.2), `/dir/file?query`
 * @param depth how many segments of the path are the prefix, and stand before the key
 */
export function parseTarget(url: string, depth: number): Target {
  const { path, query } = splitTarget(url)
  const encoded = afterSegments(path, depth)
  if (PLAIN.test(encoded)) return { kind: 'key', key: encoded, query }
  const segments: string[] = []
  for (const each of encoded.split('/')) {
    const segment = decodeSegment(each)
    if (segment === undefined) {
      return malformed('A percent-encoding in the path is not valid UTF-8.')
    }
    const fault = faultOf(segment)
    if (fault !== undefined) return malformed(fault)
    segments.push(segment)
  }
  return { kind: 'key', key: segments.join('/'), query }
}

/** What nearly every path looks like: nothing is encoded in it, and no segment starts with a dot. */
const PLAIN = /^(?:[\w~-][\w.~-]*(?:\/|$))*$/

/** What stands behind the first slash and this many segments. */
function afterSegments(path: string, count: number): string {
  let at = 0
  for (let passed = 0; passed <= count; passed += 1) {
    const slash = path.indexOf('/', at)
    if (slash === -1) return ''
    at = slash + 1
  }
  return path.slice(at)
}

/** A path that an application names itself, not encoded, as a key; undefined if it could leave its root. */
export function parsePath(path: string): string | undefined {
  const key = path.replace(/^\/+/, '')
  return key.split('/').some((segment) => faultOf(segment) !== undefined) ? undefined : key
}

/** The path of a target, still encoded, and its query with the question mark, if it has one. */
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

/** Why a decoded segment can't be one of a key. */
function faultOf(segment: string): string | undefined {
  if (segment === '.' || segment === '..') return 'The path has a dot segment.'
  if (/[/\\]/.test(segment)) return 'A segment of the path holds a slash or backslash.'
  if (/\p{Cc}/u.test(segment)) return 'The path holds a control character.'
  return undefined
}

/** The path of a key as it stands in a URL: each segment percent-encoded. */
export function encodeKey(key: string): string {
  return key.split('/').map(encodeURIComponent).join('/')
}

/** The same, with what RFC 3986 §3.3 lets stand in a path left as it is, but for the ambiguous plus. */
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
