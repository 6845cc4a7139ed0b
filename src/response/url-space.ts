import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { parseNamedPath } from '../http/forwarded-target.js'
import { invalidRequest } from '../http/request-host.js'
import {
  judgeTarget,
  parseTarget,
  segmentsOf,
  splitTarget,
  type Target,
} from '../http/request-target.js'
import { type RouterSyntax, targetSyntax } from '../request/target-syntax.js'
import type { ByteSource } from '../source/byte-source.js'
import { refuse, sendNotFound } from './problem-response.js'
import { redirectTo } from './redirect.js'

/** The URLs of a registration: all below the prefix of its scope and its own. */
export interface UrlSpace {
  /** The path of the routes with all prefixes, and a slash at its end: `/v1/files/`, `/of/:tenant/`. */
  readonly path: string
  /** The segments of the path. */
  readonly segments: readonly string[]
  readonly syntax: RouterSyntax
  /** `as-received`: paths without an unambiguous key are accepted, for a source that forwards the path. */
  readonly paths?: ByteSource['paths']
  /** Whether dot segments of such a path are judged like all others, or are forwarded too. */
  readonly dots?: 'judged' | 'forwarded'
}

/** The URLs of a registration with this prefix, which ends with a slash. */
export function urlSpace(
  fastify: Pick<FastifyInstance, 'prefix' | 'initialConfig'>,
  prefix: string,
): UrlSpace {
  const syntax = targetSyntax(fastify)
  // Fastify joins the prefix of a scope and the path of a route with one slash.
  const scope = fastify.prefix.replace(/\/$/, '')
  const path = scope + prefix
  return { path, segments: segmentsOf(withoutPatterns(path), syntax).slice(0, -1), syntax }
}

/** A route without the regular expressions of its parameters, which may contain slashes. */
function withoutPatterns(route: string): string {
  let kept = ''
  let depth = 0
  for (let at = 0; at < route.length; at += 1) {
    const unit = route[at]
    if (unit === '(' && (depth > 0 || /(?:^|[^:]):[^:/().-]*$/.test(kept))) depth += 1
    if (depth === 0) kept += unit
    else if (unit === '\\') at += 1
    else if (unit === ')') depth -= 1
  }
  return kept
}

/**
 * The key that a request names. undefined where the target names none: the response has been sent then, and
 * `reply` is to be returned.
 */
export function keyOf(
  space: UrlSpace,
  request: FastifyRequest,
  reply: FastifyReply,
): string | undefined {
  const invalid = invalidRequest(request.raw)
  if (invalid !== undefined) {
    refuse(reply, 400, invalid)
    return undefined
  }
  const target = targetOf(space, request.raw.url ?? '')
  switch (target.kind) {
    case 'key':
      if (!hasEmptyParameter(space, request)) return target.key
      sendNotFound(reply)
      return undefined
    case 'dotted':
      redirectTo(reply, target.location)
      return undefined
    case 'malformed':
      refuse(reply, 400, target.reason)
      return undefined
  }
}

function targetOf({ segments, syntax, paths, dots }: UrlSpace, url: string): Target {
  if (paths === undefined) return parseTarget(url, segments.length, syntax)
  // The origin resolves dot segments that a hook or a route in front of the files has not.
  const judged = dots === 'forwarded' ? ACCEPTED : judgeTarget(url, '', syntax)
  return judged.kind === 'accepted' ? parseNamedPath(url, segments.length, syntax) : judged
}

const ACCEPTED = { kind: 'accepted' } as const

/** Whether a parameter of the prefix matched an empty segment, as `:tenant` does in `/of//file`. */
function hasEmptyParameter({ segments, syntax }: UrlSpace, { raw }: FastifyRequest): boolean {
  if (!segments.some(isParametric)) return false
  const received = segmentsOf(splitTarget(raw.url ?? '', syntax).path, syntax)
  return segments.some((segment, index) => isParametric(segment) && received[index] === '')
}

/**
 * The location of the folder of all files, for a request to it without the slash at its end; undefined for
 * other requests.
 */
export function locationOfRoot({ segments, syntax }: UrlSpace, url: string): string | undefined {
  const { path, query } = splitTarget(url, syntax)
  const received = segmentsOf(path, syntax)
  if (received.length !== segments.length || received.at(-1) === '') return undefined
  const isSame = (segment: string, index: number) => matches(segments[index], segment, syntax)
  return received.every(isSame) ? `/${received.join('/')}/${query}` : undefined
}

/** Whether the path of a request target lies below the prefix. */
export function isWithin({ segments, syntax }: UrlSpace, url: string): boolean {
  const received = segmentsOf(splitTarget(url, syntax).path, syntax)
  if (received.length <= segments.length) return false
  return segments.every((segment, index) => matches(segment, received[index] ?? '', syntax))
}

/** Whether a segment of a request target is that of a route; a parameter is any segment but an empty one. */
function matches(route = '', encoded: string, { caseSensitive }: RouterSyntax): boolean {
  if (isParametric(route)) return encoded !== '' && !/^(?:\.|%2e){1,2}$/i.test(encoded)
  const name = route.replaceAll('::', ':')
  try {
    const segment = decodeURIComponent(encoded)
    return caseSensitive ? segment === name : segment.toLowerCase() === name.toLowerCase()
  } catch {
    return false
  }
}

/** Whether a segment of a route contains a parameter; a double colon stands for a colon. */
export function isParametric(segment: string): boolean {
  return segment.replaceAll('::', '').includes(':')
}
