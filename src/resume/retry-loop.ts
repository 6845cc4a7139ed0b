import type { LastbyteError } from '../errors.js'
import type { RetryBudget } from './retry-budget.js'

/** A failed attempt that another one follows. */
export interface Heal {
  /** The position of the next byte to read. */
  readonly offset: number
  /** Failed attempts since the last received byte. */
  readonly tries: number
  /** ms until the next attempt. */
  readonly wait: number
  readonly error: LastbyteError
}

/** What a retry loop needs from its caller. */
export interface RetryPort {
  readonly budget: RetryBudget
  /** Resolves after so many ms; rejects with the signal's reason. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>
  /** The error to retry after. @throws the error to end with where no retry can help */
  readonly retryable: (thrown: unknown, offset: number) => LastbyteError
  /** The error to end with when the budget is used up. */
  readonly exhausted: (error: LastbyteError, offset: number) => LastbyteError
  /** ms that the server asks to wait. Default: `facts.after` of the error. */
  readonly requestedWait?: (error: LastbyteError) => number
  readonly onRetry: (retry: Heal) => void
}

/** An attempt that failed, and the position at which it did. */
export interface FailedAttempt {
  readonly thrown: unknown
  readonly offset: number
}

/** Waits until the next attempt is due. @throws where there is none; the signal's reason */
export async function waitForRetry(
  { budget, wait, retryable, exhausted, requestedWait = retryAfter, onRetry }: RetryPort,
  { thrown, offset }: FailedAttempt,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted()
  const error = retryable(thrown, offset)
  const ms = budget.next(requestedWait(error))
  if (ms === undefined) throw exhausted(error, offset)
  onRetry({ offset, tries: budget.tries, wait: ms, error })
  await wait(ms, signal)
}

/** The result of the first attempt that succeeds. @throws as `waitForRetry` does */
export async function retryUntilDone<T>(
  port: RetryPort,
  attempt: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  for (;;) {
    try {
      return await attempt()
    } catch (thrown) {
      await waitForRetry(port, { thrown, offset: 0 }, signal)
    }
  }
}

function retryAfter({ facts }: LastbyteError): number {
  return Number(facts.after ?? 0)
}
