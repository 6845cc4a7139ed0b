import {
  BOOLEAN,
  copyArray,
  copyObject,
  type Expectation,
  type Expectations,
  isOptionsObject,
} from '../validation/expectation.js'
import { milliseconds, wholeNumber } from '../validation/number-expectations.js'
import type { CheckResult } from './report/report.js'
import { type Bound, LEAST_BOUND } from './subject/budget.js'
import type { ChangeFile } from './subject/change.js'

/**
 * How `check` examines a server.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { type CheckOptions, check, faultServer } from 'lastbyte/testing'
 *
 * await using server = await faultServer({ root: 'media', seed: 7 })
 * const options: CheckOptions = { only: ['ranges'], requests: 50 }
 * const report = await check(`${server.url}/clip.mp4`, options)
 * assert.ok(report.cost.requests <= 50)
 * ```
 */
export interface CheckOptions {
  /** Groups and ids of the checks to run. Default: all. */
  readonly only?: readonly string[]
  /** Whether to use HTTP/2: over TLS by ALPN, otherwise with prior knowledge. Default false: HTTP/1.1. */
  readonly http2?: boolean
  /** Header fields that are sent with each request to the origin of the URL. Default: none. */
  readonly headers?: Readonly<Record<string, string>>
  /** Whether to accept a certificate that can't be verified. Default false. */
  readonly insecure?: boolean
  /**
   * Bytes to receive at most, 256 KiB or more. Default 4 MiB, or 1 % of the representation if that is more, at most 1 GiB; 64 MiB more
   * with `change`.
   */
  readonly bytes?: number
  /** Requests to send at most. Default: as many as the checks need. */
  readonly requests?: number
  /** ms after which no further request is sent; the checks that are left are skipped. Default 300,000. */
  readonly deadline?: number
  /** ms without a byte after which a response counts as stalled. Default 10,000. */
  readonly timeout?: number
  /** Changes the file that the URL serves, for the drills of group `changes`. Default: they are skipped. */
  readonly change?: ChangeFile
  /** Called before the first request with the number of requests and bytes that the run takes at most. */
  readonly onStart?: (bound: Bound) => void
  /** Called after each check. */
  readonly onResult?: (result: CheckResult) => void
  /** Ends the run, which rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

const FUNCTION: Expectation = {
  expected: 'a function',
  accepts: (value) => typeof value === 'function',
}

/** What each option must be. */
export const CHECK_OPTIONS: Expectations<CheckOptions> = {
  only: {
    expected: 'an array of groups and ids of checks',
    accepts: (value) =>
      Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string'),
    copy: copyArray,
  },
  http2: BOOLEAN,
  headers: {
    expected: 'an object of header field names and values',
    accepts: (value) =>
      isOptionsObject(value) && Object.values(value).every((each) => typeof each === 'string'),
    copy: copyObject,
  },
  insecure: BOOLEAN,
  bytes: wholeNumber(LEAST_BOUND),
  requests: wholeNumber(1),
  deadline: milliseconds(1),
  timeout: milliseconds(1),
  change: FUNCTION,
  onStart: FUNCTION,
  onResult: FUNCTION,
  signal: {
    expected: 'an AbortSignal',
    accepts: (value) => value instanceof AbortSignal,
  },
}
