import type { LastbyteError } from '../errors.js'
import { RetryBudget } from '../resume/retry-budget.js'
import type { RetryPort } from '../resume/retry-loop.js'
import type { ReadPolicy } from './read-policy.js'

/** What all retries of a client have in common. */
export function clientRetry({
  retry,
  clock,
  chance,
  onEvent,
}: ReadPolicy): Pick<RetryPort, 'budget' | 'wait' | 'onRetry'> {
  return {
    budget: new RetryBudget(retry, clock.now, chance),
    wait: clock.wait,
    onRetry: (retry) => onEvent({ type: 'retry', ...retry }),
  }
}

/** Before the first response, an unknown host name and an invalid certificate are not retried. */
export function isPermanent({ facts: { reason, code } }: LastbyteError): boolean {
  return reason === 'tls' || code === 'ENOTFOUND'
}
