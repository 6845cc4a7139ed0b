import { decideRange } from '../http/byte-range.js'
import { compileGlob, type MatchBudget, namesQuery } from '../http/path-glob.js'
import { singleValue } from '../http/precondition.js'
import {
  copyArray,
  copyObject,
  type Expectation,
  type Expectations,
  isOptionsObject,
  oneOf,
  TEXT,
} from '../validation/expectation.js'
import { wholeNumber } from '../validation/number-expectations.js'
import type { ConnectionFacts, Fields, Protocol } from './fault.js'
import { isFieldName } from './field-members.js'
import { badFault, copyPair, hasPair, readMembers } from './validate.js'

/**
 * Which requests a rule applies to. All members that are present must match.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { faultServer, type Match } from 'lastbyte/testing'
 *
 * const match: Match = { path: '/*.mp4', headers: { 'x-test-id': 'a' }, attempt: 1 }
 * await using server = await faultServer({ root: 'media', seed: 7 })
 * server.faults.arm({ match, fault: { kind: 'status', status: 503 } })
 * const get = async (id: string) => {
 *   const response = await fetch(`${server.url}/clip.mp4`, { method: 'HEAD', headers: { 'x-test-id': id } })
 *   return response.status
 * }
 * assert.deepEqual([await get('b'), await get('a'), await get('a')], [200, 503, 200])
 * ```
 */
export interface Match {
  /** One method or several. */
  readonly method?: string | readonly string[]
  /** The decoded path without the query, or a glob for it such as `/films/**`. */
  readonly path?: string
  /**
   * Header fields with their values; `*` for any value, `{ startsWith }` for those that begin with a text, null for
   * an absent field. Attempts are counted per combination of values.
   */
  readonly headers?: Readonly<Record<string, FieldMatch>>
  /** One protocol or several. */
  readonly protocol?: Protocol | readonly Protocol[]
  /** Whether there is a Range field, or a range that overlaps the bytes from a up to, but not including, b. */
  readonly range?: 'present' | 'absent' | { readonly overlaps: readonly [number, number] }
  /** Which of the requests that match otherwise, by number from 1. Counted per method and path. */
  readonly attempt?: number | readonly number[]
}

/**
 * The value of a header field that a rule matches: equal; `*` for any value; one that begins with a text; null for
 * an absent field.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { faultServer, type FieldMatch } from 'lastbyte/testing'
 *
 * const weak: FieldMatch = { startsWith: 'W/' }
 * await using server = await faultServer({ root: 'media', seed: 7 })
 * server.faults.arm({ match: { headers: { 'if-range': weak } }, fault: { kind: 'status', status: 503 } })
 * const get = async (ifRange: string) => {
 *   const headers = { range: 'bytes=0-0', 'if-range': ifRange }
 *   return (await fetch(`${server.url}/clip.mp4`, { method: 'HEAD', headers })).status
 * }
 * assert.deepEqual([await get('"a"'), await get('W/"a"')], [200, 503])
 * ```
 */
export type FieldMatch = string | { readonly startsWith: string } | null

/** The facts of a request at its arrival. */
export interface FaultRequest {
  readonly method: string
  readonly protocol: Protocol
  readonly connection?: ConnectionFacts
  /** Decoded, without the query. */
  readonly path: string
  readonly fields: Fields
}

/** Values of one member: each request is compared with all of them. */
const MOST_VALUES = 100

/** `expected` of a value, or a non-empty array of such values. */
const oneOrSeveral = ({ accepts, choices }: Expectation, expected: string): Expectation => ({
  expected,
  ...(choices && { choices }),
  accepts: (value) =>
    Array.isArray(value)
      ? value.length > 0 && value.length <= MOST_VALUES && value.every((each) => accepts(each))
      : accepts(value),
  copy: copyArray,
})

function isFieldMatch(value: unknown): boolean {
  if (value === null || TEXT.accepts(value)) return true
  if (!isOptionsObject(value)) return false
  return Object.keys(value).join() === 'startsWith' && TEXT.accepts(value.startsWith)
}

/** What each member of `match` must be. */
export const MATCH: Expectations<Match> = {
  method: oneOrSeveral(TEXT, 'a method, or an array of 1 to 100 methods'),
  path: {
    expected: 'a path or glob that starts with a slash, or with **, and has no query',
    accepts: (value) => typeof value === 'string' && /^(\/|\*\*)/.test(value) && !namesQuery(value),
  },
  headers: {
    expected:
      'an object of at most 100 header field names with non-empty values, { "startsWith": "text" } or null',
    accepts: (value) => {
      const values = isOptionsObject(value) ? Object.values(value) : undefined
      return values !== undefined && values.length <= MOST_VALUES && values.every(isFieldMatch)
    },
    copy: (value) =>
      isOptionsObject(value)
        ? Object.freeze(
            Object.fromEntries(
              Object.entries(value).map(([name, each]) => [name, copyObject(each)]),
            ),
          )
        : value,
  },
  protocol: oneOrSeveral(
    oneOf('HTTP/1.0', 'HTTP/1.1', 'HTTP/2'),
    '"HTTP/1.0", "HTTP/1.1" or "HTTP/2", or an array of 1 to 100 of them',
  ),
  range: {
    expected: '"present", "absent" or { "overlaps": [a, b] }',
    accepts: (value) => value === 'present' || value === 'absent' || hasPair(value, 'overlaps'),
    copy: copyPair('overlaps'),
  },
  attempt: oneOrSeveral(
    wholeNumber(1),
    'a whole number, 1 or more, or an array of 1 to 100 of them',
  ),
}

/** Validates the `match` of a rule. @throws LastbyteError BAD_FAULT */
export function settleMatch(given: unknown): Match {
  const match = readMembers(given, MATCH, 'match')
  for (const name of Object.keys(match.headers ?? {})) {
    if (isFieldName(name)) continue
    throw badFault(`match.headers.${name}`, 'expected the name of a header field', name)
  }
  const path = match.path === undefined ? undefined : compileGlob(match.path)
  if (path?.kind === 'refused') throw badFault('match.path', path.reason, match.path)
  return match
}

/** Whether a request matches, except for its attempt and its ranges: those are checked later. */
export type RequestMatcher = (request: FaultRequest, budget?: MatchBudget) => boolean

/** Compiles a validated match, so that a request that doesn't match costs little. */
export function requestMatcher({ method, path, headers, protocol, range }: Match): RequestMatcher {
  const methods = method === undefined ? undefined : [method].flat()
  const protocols = protocol === undefined ? undefined : [protocol].flat()
  const matchesPath = path === undefined ? undefined : pathMatcher(path)
  const fields = Object.entries(headers ?? {}).map(
    ([name, value]) => [name.toLowerCase(), value] as const,
  )
  return (request, budget) => {
    const hasRange = request.fields.range !== undefined
    return (
      methods?.includes(request.method) !== false &&
      protocols?.includes(request.protocol) !== false &&
      matchesPath?.(request.path, budget) !== false &&
      fields.every(([name, value]) => matchesField(value, singleValue(request.fields[name]))) &&
      (range === undefined || hasRange === (range !== 'absent'))
    )
  }
}

function matchesField(expected: FieldMatch, given: string | undefined): boolean {
  if (expected === null || given === undefined) return expected === null && given === undefined
  if (typeof expected === 'object') return given.startsWith(expected.startsWith)
  return expected === '*' || given === expected
}

function pathMatcher(glob: string): (path: string, budget?: MatchBudget) => boolean {
  const compiled = compileGlob(glob)
  return (path, budget) =>
    glob === path || (compiled.kind === 'glob' && compiled.matches(path, budget))
}

/** The steps of the compiled path of a match. */
export function globSteps({ path }: Match): number {
  const compiled = path === undefined ? undefined : compileGlob(path)
  return compiled?.kind === 'glob' ? compiled.steps : 0
}

/**
 * Whether the ranges of a request match.
 *
 * @param size bytes of the representation; undefined if not known, so that suffix ranges don't match
 */
export function matchesRanges(
  { range }: Match,
  { fields }: FaultRequest,
  size: number | undefined,
): boolean {
  if (typeof range !== 'object') return true
  const [from, to] = range.overlaps
  const decision = decideRange(singleValue(fields.range), size ?? Number.MAX_SAFE_INTEGER)
  return (
    decision.kind === 'slices' && decision.slices.some(({ start, end }) => start < to && from < end)
  )
}

export function matchesAttempt({ attempt }: Match, nth: number): boolean {
  return attempt === undefined || [attempt].flat().includes(nth)
}

/** The key of the series of requests in which a rule counts a request. */
export function seriesOf({ headers }: Match, request: FaultRequest): readonly unknown[] {
  const names = Object.keys(headers ?? {}).sort()
  return [
    request.method,
    request.path,
    names.map((name) => singleValue(request.fields[name.toLowerCase()])),
  ]
}
