import picomatch from 'picomatch'
import { decideRange } from '../http/byte-range.js'
import { singleValue } from '../http/precondition.js'
import {
  copyArray,
  copyObject,
  type Expectation,
  type Expectations,
  isOptionsObject,
  TEXT,
} from '../validation/expectation.js'
import { wholeNumber } from '../validation/number-expectations.js'
import type { Fields } from './fault.js'
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
  /** Header fields with their values; `*` for any value. Attempts are counted per combination of values. */
  readonly headers?: Readonly<Record<string, string>>
  /** Whether there is a Range field, or a range that overlaps the bytes from a up to, but not including, b. */
  readonly range?: 'present' | 'absent' | { readonly overlaps: readonly [number, number] }
  /** Which of the requests that match otherwise, by number from 1. Counted per method and path. */
  readonly attempt?: number | readonly number[]
}

/** The facts of a request at its arrival. */
export interface FaultRequest {
  readonly method: string
  /** Decoded, without the query. */
  readonly path: string
  readonly fields: Fields
}

/** `expected` of a value, or a non-empty array of such values. */
const oneOrSeveral = ({ accepts }: Expectation, expected: string): Expectation => ({
  expected,
  accepts: (value) =>
    Array.isArray(value)
      ? value.length > 0 && value.every((each) => accepts(each))
      : accepts(value),
  copy: copyArray,
})

const MATCH: Expectations<Match> = {
  method: oneOrSeveral(TEXT, 'a method, or a non-empty array of methods'),
  path: {
    expected: 'a path or glob that starts with a slash, or with **',
    accepts: (value) => typeof value === 'string' && /^(\/|\*\*)/.test(value),
  },
  headers: {
    expected: 'an object of header field names and non-empty values',
    accepts: (value) => isOptionsObject(value) && Object.values(value).every(TEXT.accepts),
    copy: copyObject,
  },
  range: {
    expected: '"present", "absent" or { "overlaps": [a, b] }',
    accepts: (value) => value === 'present' || value === 'absent' || hasPair(value, 'overlaps'),
    copy: copyPair('overlaps'),
  },
  attempt: oneOrSeveral(wholeNumber(1), 'a whole number, 1 or more, or a non-empty array of them'),
}

/** Validates the `match` of a rule. @throws LastbyteError BAD_FAULT */
export function settleMatch(given: unknown): Match {
  const match = readMembers(given, MATCH, 'match')
  for (const name of Object.keys(match.headers ?? {})) {
    if (/^[\w!#$%&'*+.^`|~-]+$/.test(name)) continue
    throw badFault(`match.headers.${name}`, 'expected the name of a header field', name)
  }
  return match
}

/** Whether a request matches, except for its attempt and its ranges: those are checked later. */
export function matches({ method, path, headers, range }: Match, request: FaultRequest): boolean {
  const hasRange = request.fields.range !== undefined
  return (
    (method === undefined || [method].flat().includes(request.method)) &&
    (path === undefined || matchesPath(path, request.path)) &&
    Object.entries(headers ?? {}).every(([name, value]) => {
      const given = singleValue(request.fields[name.toLowerCase()])
      return given !== undefined && (value === '*' || given === value)
    }) &&
    (range === undefined || hasRange === (range !== 'absent'))
  )
}

function matchesPath(glob: string, path: string): boolean {
  return glob === path || picomatch.isMatch(path, glob, { dot: true })
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
