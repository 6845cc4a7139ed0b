import { BoundedWait, type WaitLimit } from './bounded-wait.js'

/**
 * The outcome of a promise, or the signal's reason as soon as it is aborted, or the error of the limit.
 * The promise's own rejection is handled in any case.
 */
export async function withDeadline<T>(
  promise: PromiseLike<T>,
  signal: AbortSignal,
  limit?: WaitLimit,
): Promise<T> {
  const wait = new BoundedWait(signal, limit)
  try {
    return await wait.for(promise)
  } finally {
    wait.close()
  }
}

/**
 * Runs an operation with a signal of its own, which is aborted when the limit is over or `signal` is
 * aborted, so that an operation without a receiver stops. The signal stays usable after the operation has
 * succeeded: an HTTP request keeps it for its response's body.
 */
export async function attemptWithDeadline<T>(
  start: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
  limit: WaitLimit,
): Promise<T> {
  const stop = new AbortController()
  try {
    return await withDeadline(start(AbortSignal.any([signal, stop.signal])), signal, limit)
  } catch (error) {
    stop.abort(error)
    throw error
  }
}
