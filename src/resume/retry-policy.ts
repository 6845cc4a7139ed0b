import { delay } from '../async/delay.js'
import { LastbyteError } from '../errors.js'
import { RetryBudget } from './retry-budget.js'

/** How a source heals its reads, as its options say it. */
export interface HealingOptions {
  /** ms in which the store must give something. Default 10,000. */
  readonly stall?: number | undefined
  /** ms to go on trying in the middle of a body, from the first try in vain. Default 60,000. */
  readonly retryFor?: number | undefined
  /** ms to go on trying for an answer to begin with. Default 10,000. */
  readonly openFor?: number | undefined
  /** Bytes that are taken in ahead of the client, for each of its reads. Default 128 KiB. */
  readonly readAhead?: number | undefined
}

/** How a source heals its reads. */
export interface RetryPolicy extends Required<{ [Name in keyof HealingOptions]: number }> {
  budgetFor(ms: number): RetryBudget
  /** Rejects with the signal's reason when that comes first. */
  wait(ms: number, signal: AbortSignal): Promise<void>
}

/** ms of the first wait at most, and of any. */
const BASE = 100
const MOST = 5_000

/** @throws LastbyteError BAD_SETTING */
export function settleRetryPolicy(options: HealingOptions): RetryPolicy {
  const { stall = 10_000, retryFor = 60_000, openFor = 10_000, readAhead = 128 * 1024 } = options
  const numbers = { stall, retryFor, openFor, readAhead }
  for (const [setting, value] of Object.entries(numbers)) {
    const least = setting === 'stall' || setting === 'readAhead' ? 1 : 0
    if (typeof value === 'number' && value >= least) continue
    const message = `${setting}: wants a number from ${least}; received ${String(value)}`
    throw new LastbyteError('BAD_SETTING', message, { setting, received: value })
  }
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

/** The same, but that nothing is tried again where somebody else can be asked. */
export function retryPolicyFor(healing: RetryPolicy, attempts: 'one' | undefined): RetryPolicy {
  return attempts === 'one' ? { ...healing, openFor: 0, retryFor: 0 } : healing
}

/** ms after which a source that heals so has given something, or failed. */
export function longestWait({ stall, retryFor, openFor }: RetryPolicy): number {
  return Math.max(retryFor, openFor) + 2 * stall
}
