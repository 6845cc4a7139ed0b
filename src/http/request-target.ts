/**
 * A parsed request target. `key` names a representation in its source: decoded, separated by `/`,
 * without a leading slash. `query` includes its question mark. `dotted`: the path contains segments of a
 * single dot; `location` is the target without them.
 */
export type Target =
  | { readonly kind: 'key'; readonly key: string; readonly query: string }
  | Dotted
  | Malformed

interface Dotted {
  readonly kind: 'dotted'
  readonly location: string
}

interface Malformed {
  readonly kind: 'malformed'
  readonly reason: string
}

/** The options of Fastify's router that change which part of a target is the path, and its segments. */
export interface TargetSyntax {
  /** Whether adjacent slashes count as one. */
  readonly ignoreDuplicateSlashes: boolean
  /** Whether a semicolon begins the query, as a question mark does. */
  readonly useSemicolonDelimiter: boolean
}

export const DEFAULT_SYNTAX: TargetSyntax = {
  ignoreDuplicateSlashes: false,
  useSemicolonDelimiter: false,
}

/**
 * Parses the path of a request target into a key that can't leave its root (RFC 3986 §5.2.4, §7.3).
 * Each segment is decoded once and separately, so that an encoded separator is detected and refused.
 * `..` in any encoding, backslashes and control characters are refused as well: clients resolve dot
 * segments before they send a request, so one that arrives is an error or an attack. The segments of the
 * prefix are judged like the others: a route parameter in the prefix also matches a dot segment, and
 * whatever guards paths in front of the application may have resolved it.
 *
 * A single dot leads nowhere else, and apt sends it (`/./Packages`). The target without it is returned as
 * a location instead of a key, so that a guard which compares paths is applied to that one.
 *
 * @param url the request target in origin or absolute form (RFC 9112 §3.2), `/dir/file?query`
 * @param depth the number of path segments in the prefix, before the key
 */
export function parseTarget(url: string, depth: number, syntax = DEFAULT_SYNTAX): Target {
  const { path, query } = splitTarget(url, syntax)
  if (PLAIN.test(path)) return { kind: 'key', key: afterSegments(path, depth), query }
  if (path.includes('#')) return malformed('The path contains a number sign that is not encoded.')
  const encoded = segmentsOf(path, syntax)
  const segments: string[] = []
  for (const part of encoded) {
    const segment = decodeSegment(part)
    if (segment === undefined) {
      return malformed('A percent-encoding in the path is not valid UTF-8.')
    }
    const refusal = refusalOf(segment)
    if (refusal !== undefined) return malformed(refusal)
    segments.push(segment)
  }
  if (segments.includes('.')) return withoutDots(url, segments, syntax)
  return { kind: 'key', key: segments.slice(depth).join('/'), query }
}

/** @param segments the decoded segments of the path */
function withoutDots(url: string, segments: readonly string[], syntax: TargetSyntax): Dotted {
  const { path, query } = splitTarget(url, syntax)
  const kept = segmentsOf(path, syntax).filter((_part, index) => segments[index] !== '.')
  if (segments.at(-1) === '.') kept.push('')
  return { kind: 'dotted', location: localReference(kept.join('/')) + query }
}

/** A fast check for common paths: no percent-encoding, and no segment that starts with a dot. */
const PLAIN = /^\/(?:[\w~-][\w.~-]*(?:\/|$))*$/

/** A target without its segments of a single dot; a target that `parseTarget` refuses is not changed. */
export function withoutDotSegments(url: string): string {
  if (!/\/(?:\.|%2e)/i.test(url)) return url
  const target = parseTarget(url, 0)
  if (target.kind !== 'dotted') return url
  const { path, query } = splitTarget(url)
  return url.slice(0, url.length - path.length - query.length) + target.location
}

/** The encoded segments of a path, without the empty one before its first slash. */
export function segmentsOf(path: string, { ignoreDuplicateSlashes }: TargetSyntax): string[] {
  const segments = path.replace(/^\//, '').split('/')
  if (!ignoreDuplicateSlashes) return segments
  return segments.filter((segment, index) => segment !== '' || index === segments.length - 1)
}

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

/** A path as the value of Location that stays on this host: `//host` would lead to another one. */
export function localReference(path: string): string {
  return `/${path.replace(/^[/\\]+/, '')}`
}

/**
 * Parses an unencoded path from the application into a key, without `./` at its start; undefined if it
 * has other dot segments, or could leave its root.
 */
export function parsePath(path: string): string | undefined {
  const key = path.replace(/^(?:\.?\/)+/, '')
  const isRefused = (segment: string) => segment === '.' || refusalOf(segment) !== undefined
  return key.split('/').some(isRefused) ? undefined : key
}

/** What `judgeTarget` finds. */
export type JudgedTarget = Dotted | Malformed | { readonly kind: 'accepted' }

/**
 * Judges the target of a request whose handler passes an application's path to `sendFile`. The path may be
 * a route parameter, in which a guard in front of the application has not seen what its dot segments and
 * empty segments lead to. Other encodings are the application's own.
 */
export function judgeTarget(url: string, path: string, syntax = DEFAULT_SYNTAX): JudgedTarget {
  const target = splitTarget(url, syntax).path
  if (!/%|\/[./]/.test(target)) return { kind: 'accepted' }
  const segments = segmentsOf(target, syntax).map((part) => decodeSegment(part) ?? part)
  const dots = segments.flatMap((segment) => {
    // A single dot counts as a whole segment only: its location has no encoded slash.
    return segment === '.' ? [] : segment.split(/[/\\]/).filter((part) => /^\.\.?$/.test(part))
  })
  if (dots.length > 0) return malformed('The path contains a dot segment.')
  const whole = `/${segments.join('/')}`
  if (path.startsWith('/') && whole.endsWith(`/${path}`)) {
    return malformed('The path contains an empty segment.')
  }
  if (!segments.includes('.')) return { kind: 'accepted' }
  return withoutDots(url, segments, syntax)
}

/** Splits a request target into its encoded path and its query, which keeps its delimiter. */
export function splitTarget(
  url: string,
  { useSemicolonDelimiter }: Pick<TargetSyntax, 'useSemicolonDelimiter'> = DEFAULT_SYNTAX,
): { path: string; query: string } {
  const target = url.startsWith('/') ? url : url.replace(/^https?:\/\/[^/?]*/i, '')
  const mark = useSemicolonDelimiter ? target.search(/[?;]/) : target.indexOf('?')
  return mark === -1
    ? { path: target, query: '' }
    : { path: target.slice(0, mark), query: target.slice(mark) }
}

function malformed(reason: string): Malformed {
  return { kind: 'malformed', reason }
}

/** The reason why a decoded segment is not allowed in a key; undefined if it is allowed. */
export function refusalOf(segment: string): string | undefined {
  if (segment === '..') return 'The path contains a dot segment.'
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

export function decodeSegment(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded)
  } catch {
    return undefined
  }
}
