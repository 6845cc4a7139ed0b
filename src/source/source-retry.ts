import { asLastbyteError, type LastbyteError } from '../errors.js'
import { isFinal } from '../resume/final-error.js'
import { type Heal, type RetryPort, retryUntilDone } from '../resume/retry-loop.js'
import { type RetryPolicy, retryPolicyFor } from '../resume/retry-policy.js'
import type { Opened, OpenRequest } from './byte-source.js'

/** The common part of the retries of opening and of reading. `retryFor`: ms without progress. */
export function sourceRetry(
  policy: RetryPolicy,
  retryFor: number,
  onHeal: ((heal: Heal) => void) | undefined,
): Pick<RetryPort, 'budget' | 'wait' | 'onRetry'> {
  return {
    budget: policy.budgetFor(retryFor),
    wait: policy.wait,
    onRetry: (retry) => onHeal?.(retry),
  }
}

/** How the opening of one key is retried. */
export interface OpenRetry {
  readonly retryPolicy: RetryPolicy
  readonly request: Pick<OpenRequest, 'attempts' | 'onHeal'>
  /** Any failure as an error of the source. Default: SOURCE_FAILED with the failure as its cause. */
  readonly asError?: (thrown: unknown) => LastbyteError
  /**
   * Which failures end the retries. Default: those that no retry can help. `none`: a source behind this
   * one may be replaced by another at the next attempt.
   */
  readonly final?: 'none'
  /** Called before the wait for the next attempt. */
  readonly onRetry?: (error: LastbyteError) => void
}

/** Opens or lists a key for as long as `openFor` allows. @throws the error of the last attempt */
export function openWithRetries<T = Opened>(
  { retryPolicy, request, asError = asSourceFailure, final, onRetry }: OpenRetry,
  open: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const { openFor } = retryPolicyFor(retryPolicy, request.attempts)
  const retry = sourceRetry(retryPolicy, openFor, request.onHeal)
  const port: RetryPort = {
    ...retry,
    retryable(thrown) {
      const error = asError(thrown)
      if (final !== 'none' && isFinal(error, 'opening')) throw error
      return error
    },
    exhausted: (error) => error,
    onRetry(heal) {
      onRetry?.(heal.error)
      retry.onRetry(heal)
    },
  }
  return retryUntilDone(port, open, signal)
}

function asSourceFailure(thrown: unknown): LastbyteError {
  return asLastbyteError(thrown, 'SOURCE_FAILED', 'Cannot open the source')
}
