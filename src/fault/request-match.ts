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

/** What a request must have; every member that is given must hold. */
export interface Match {
  /** One method or several. */
  readonly method?: string | readonly string[]
  /** The decoded path, or a glob for it such as `/films/**`. */
  readonly path?: string
  /** Fields and their values; `*` for any value. Counts are kept apart for each value. */
  readonly headers?: Readonly<Record<string, string>>
  /** Whether there is a Range field, or that one of its ranges overlaps [a, b). */
  readonly range?: 'present' | 'absent' | { readonly overlaps: readonly [number, number] }
  /** Which of the requests that match otherwise: the nth, or several, from 1. */
  readonly attempt?: number | readonly number[]
}

/** What is known of a request when it arrives. */
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

/** Settles which requests a rule matches. @throws LastbyteError BAD_FAULT */
export function settleMatch(given: unknown): Match {
  const match = readMembers(given, MATCH, 'match')
  for (const name of Object.keys(match.headers ?? {})) {
    if (/^[\w!#$%&'*+.^`|~-]+$/.test(name)) continue
    throw badFault(`match.headers.${name}`, 'expected the name of a header field', name)
  }
  return match
}

/** Whether a request matches in all that is known when it arrives: not its attempt, nor its ranges. */
export function matches({ method, path, headers, range }: Match, request: FaultRequest): boolean {
  const ranged = request.fields.range !== undefined
  return (
    (method === undefined || [method].flat().includes(request.method)) &&
    (path === undefined || matchesPath(path, request.path)) &&
    Object.entries(headers ?? {}).every(([name, value]) => {
      const given = singleValue(request.fields[name.toLowerCase()])
      return given !== undefined && (value === '*' || given === value)
    }) &&
    (range === undefined || ranged === (range !== 'absent'))
  )
}

function matchesPath(glob: string, path: string): boolean {
  return glob === path || picomatch.isMatch(path, glob, { dot: true })
}

/** Whether the ranges of a request are those that the rule wants, of `size` bytes if that is known. */
export function matchesRanges(
  { range }: Match,
  { fields }: FaultRequest,
  size: number | undefined,
): boolean {
  if (typeof range !== 'object') return true
  const [from, to] = range.overlaps
  const asked = decideRange(singleValue(fields.range), size ?? Number.MAX_SAFE_INTEGER)
  return asked.kind === 'slices' && asked.slices.some(({ start, end }) => start < to && from < end)
}

export function matchesAttempt({ attempt }: Match, nth: number): boolean {
  return attempt === undefined || [attempt].flat().includes(nth)
}

/** What tells one series of requests from another, for a rule's counts. */
export function seriesOf({ headers }: Match, request: FaultRequest): readonly unknown[] {
  const names = Object.keys(headers ?? {}).sort()
  return [
    request.method,
    request.path,
    names.map((name) => singleValue(request.fields[name.toLowerCase()])),
  ]
}
