import type { Check, Level } from '../subject/check-definition.js'
import type { Finding } from '../subject/finding.js'

/**
 * A check and its outcome.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { check, type CheckResult, faultServer } from 'lastbyte/testing'
 *
 * await using server = await faultServer({ root: 'media', seed: 7 })
 * const { results } = await check(`${server.url}/clip.mp4`, { only: ['range-first-byte'] })
 * const [result] = results as readonly [CheckResult]
 * assert.equal(result.check.group, 'ranges')
 * assert.deepEqual(result.finding, { kind: 'passed' })
 * ```
 */
export interface CheckResult {
  readonly check: Omit<Check, 'run' | 'needs' | 'cost'>
  readonly finding: Finding
}

/**
 * What `check` has found out about a server.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { check, faultServer, type Report } from 'lastbyte/testing'
 *
 * await using server = await faultServer({ root: 'media', seed: 7 })
 * const report: Report = await check(`${server.url}/clip.mp4`, { only: ['ranges'] })
 * assert.deepEqual(report.failed, [])
 * ```
 */
export interface Report {
  /** The URL that was given, without credentials. */
  readonly url: string
  /** The URL whose response was checked: where `url` redirects, that of the last response. */
  readonly finalUrl: string
  /** The time at the end of the run, ISO 8601. */
  readonly date: string
  /** What clients can rely on: the highest level of which, and of those below it, no check failed. */
  readonly level: Level | 'none'
  /** Bytes of the representation; undefined if the server tells no size. */
  readonly size: number | undefined
  /** The results of all checks, in the order in which they ran. */
  readonly results: readonly CheckResult[]
  /** The results of the checks of strength MUST and SHOULD that failed. */
  readonly failed: readonly CheckResult[]
  /** The results of the checks of strength `advice` that failed. */
  readonly advice: readonly CheckResult[]
  /** What was sent and received. */
  readonly cost: {
    readonly requests: number
    readonly bytes: number
    readonly bound: { readonly requests: number; readonly bytes: number }
  }
}
