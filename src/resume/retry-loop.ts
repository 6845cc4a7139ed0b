import type { LastbyteError } from '../errors.js'
import type { RetryBudget } from './retry-budget.js'

/**
 * A failed attempt that another one follows, as `OpenRequest.onHeal` of a source receives it.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createServer } from 'node:http'
 * import { once } from 'node:events'
 * import { type Heal, upstreamSource } from 'lastbyte'
 *
 * let requests = 0
 * const origin = createServer((_request, response) => {
 *   requests += 1
 *   response.writeHead(requests === 1 ? 503 : 200, { 'content-length': 0 }).end()
 * }).listen(0, '127.0.0.1')
 * await once(origin, 'listening')
 * const { port } = origin.address() as { port: number }
 * const source = upstreamSource({ origin: `http://127.0.0.1:${port}` })
 * const heals: Heal[] = []
 * const onHeal = (heal: Heal) => void heals.push(heal)
 * await source.open('f', { method: 'HEAD', onHeal }, new AbortController().signal)
 * assert.deepEqual(heals.map(({ offset, tries, error }) => [offset, tries, error.code]), [[0, 1, 'SOURCE_FAILED']])
 * await source.close?.()
 * origin.close()
 * ```
 */
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
