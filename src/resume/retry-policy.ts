import { delay } from '../async/delay.js'
import type { Expectations } from '../validation/expectation.js'
import { byteCount, milliseconds, PERIOD } from '../validation/number-expectations.js'
import { RetryBudget } from './retry-budget.js'

/**
 * Options of every source that retries: `upstreamSource`, `s3Source` and `failover`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { type HealingOptions, upstreamSource } from 'lastbyte'
 *
 * const retries: HealingOptions = { stall: 5_000, retryFor: 30_000, openFor: 2_000 }
 * const source = upstreamSource({ origin: 'https://origin.example', ...retries })
 * assert.equal(source.patience, 40_000)
 * await source.close?.()
 * ```
 */
export interface HealingOptions {
  /** ms in which the store must send something. Default 10,000. */
  readonly stall?: number | undefined
  /** ms to retry in the middle of a body without progress; 0: not at all. Default 60,000. */
  readonly retryFor?: number | undefined
  /** ms to retry the opening of a key; 0: not at all. Default 10,000. */
  readonly openFor?: number | undefined
  /** Bytes that are buffered for each reader. Default 128 KiB. */
  readonly readAhead?: number | undefined
}

/** How a source retries. */
export interface RetryPolicy extends Required<{ [Name in keyof HealingOptions]: number }> {
  /** `retryFor`: ms without progress. */
  budgetFor(retryFor: number): RetryBudget
  /** Resolves after so many ms; rejects with the signal's reason. */
  wait(ms: number, signal: AbortSignal): Promise<void>
}

/** ms of the longest first wait, and of the longest wait. */
const BASE = 100
const MOST = 5_000

/** What each option must be. */
export const RETRY_OPTIONS: Expectations<HealingOptions> = {
  stall: milliseconds(1),
  retryFor: PERIOD,
  openFor: PERIOD,
  readAhead: byteCount(1),
}

/** The retry policy for the options of a source, which are validated and may contain further members. */
export function settleRetryPolicy(options: HealingOptions): RetryPolicy {
  const { stall = 10_000, retryFor = 60_000, openFor = 10_000, readAhead = 128 * 1024 } = options
  const numbers = { stall, retryFor, openFor, readAhead }
  return {
    ...numbers,
    budgetFor: (ms) =>
      new RetryBudget(
        { base: BASE, most: MOST, retryFor: ms },
        () => performance.now(),
        Math.random,
      ),
    wait: delay,
  }
}

/** `attempts: 'one'` of a request turns retries off: its caller tries another source instead. */
export function retryPolicyFor(policy: RetryPolicy, attempts: 'one' | undefined): RetryPolicy {
  return attempts === 'one' ? { ...policy, openFor: 0, retryFor: 0 } : policy
}

/** ms after which a source with these retries has sent something, or failed. */
export function longestWait({ stall, retryFor, openFor }: RetryPolicy): number {
  return Math.max(retryFor, openFor) + 2 * stall
}
