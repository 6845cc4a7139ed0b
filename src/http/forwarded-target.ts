import {
  DEFAULT_SYNTAX,
  decodeSegment,
  refusalOf,
  segmentsOf,
  splitTarget,
  type Target,
  type TargetSyntax,
} from './request-target.js'

/** The path and query of a request target, to be forwarded byte for byte (RFC 9110 §7.7). */
export type ForwardedTarget =
  /** `path`: percent-encoded as it was received, with its leading slash, or `*` of OPTIONS. */
  | { readonly kind: 'path'; readonly path: string; readonly query: string }
  | { readonly kind: 'malformed'; readonly reason: string }

/**
 * Splits a request target in origin, absolute or asterisk form (RFC 9112 §3.2). Refuses only targets that
 * could lead out of the origin's path, and those that no request line can contain.
 */
export function parseForwardedTarget(url: string): ForwardedTarget {
  const { path, query } = splitTarget(url)
  if (path === '*') return { kind: 'path', path, query }
  if (!/^[\x21-\xff]*$/.test(url) || !/^(\/|$)/.test(path)) {
    return { kind: 'malformed', reason: 'The request target is malformed.' }
  }
  if (leadsUp(path)) return { kind: 'malformed', reason: LEADS_UP }
  // An absolute form without a path stands for the path `/` (RFC 9112 §3.2.1).
  return { kind: 'path', path: path || '/', query }
}

/**
 * Like `parseTarget`, for a source that forwards the path: accepts every path that stays below the prefix. A
 * segment that has no unambiguous decoded form stays encoded in the key.
 *
 * @param depth the number of path segments in the prefix
 */
export function parseNamedPath(
  url: string,
  depth: number,
  syntax = DEFAULT_SYNTAX,
): Exclude<Target, { kind: 'dotted' }> {
  const target = parseForwardedTarget(url)
  if (target.kind === 'malformed') return target
  const segments = segmentsOf(target.path, syntax)
  const own = segments.slice(depth)
  // A dot segment of the prefix was matched by a route parameter, or resolved by a guard in front.
  if (leadsUp(own.join('/')) || segments.slice(0, depth).some(leadsUp)) {
    return { kind: 'malformed', reason: LEADS_UP }
  }
  const key = own.map(keySegment).join('/')
  return { kind: 'key', key, query: target.query }
}

/** The path of a request target below a prefix of so many segments, as received, without its first slash. */
export function receivedPath(
  url: string,
  depth: number,
  syntax: TargetSyntax = DEFAULT_SYNTAX,
): string {
  const { path } = splitTarget(url)
  return segmentsOf(path, syntax).slice(depth).join('/')
}

function keySegment(encoded: string): string {
  const decoded = decodeSegment(encoded)
  return decoded === undefined || refusalOf(decoded) !== undefined ? encoded : decoded
}

const LEADS_UP = 'The dot segments of the path lead above its start.'

/**
 * Whether dot segments may lead above the first segment of a path, by whatever rules the origin decodes it:
 * encoded dots and separators, also encoded twice, backslashes, merged slashes and path parameters (`..;`).
 */
export function leadsUp(path: string): boolean {
  let depth = 0
  for (const segment of path.split('/')) {
    const parts = decodeDots(segment).split(/[/\\]/)
    const ups = parts.filter((part) => /^\.\.(;|$)/.test(part)).length
    // A segment with encoded separators counts as one at most: the origin may not decode them.
    if (ups > 0) depth -= ups
    else if (parts.some((part) => !/^\.?(;|$)/.test(part))) depth += 1
    if (depth < 0) return true
  }
  return false
}

function decodeDots(segment: string): string {
  if (!segment.includes('%')) return segment
  return segment.replace(/%(?:25)*(2e|2f|5c)/gi, (_encoded, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
}
