import { LONGEST_TIMEOUT } from './long-timer.js'

/** How long one wait may take. */
export interface WaitLimit {
  /** ms for each wait. */
  readonly ms: number
  /** Makes the error of a wait that took longer. */
  readonly error: () => Error
}

/**
 * Waits for one operation at a time, until it settles, a signal is aborted, or a time limit is over.
 *
 * One abort listener and one timer serve all waits, so that a wait for a chunk adds neither. The timer
 * is not restarted for each wait: when it fires, it is scheduled again if the current wait has time
 * left. A timer that fires while nothing waits does nothing.
 */
export class BoundedWait {
  #reject: ((reason: unknown) => void) | undefined
  /** When the current wait times out, on the clock of `performance.now`. */
  #deadline = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #onAbort = () => this.#reject?.(this.signal.reason)

  constructor(
    private readonly signal: AbortSignal,
    private readonly limit?: WaitLimit,
  ) {
    signal.addEventListener('abort', this.#onAbort)
  }

  /** The outcome of a promise, or the signal's reason, or the error of the limit. */
  for<T>(promise: PromiseLike<T>): Promise<T> {
    return this.forCallback((resolve, reject) => promise.then(resolve, reject))
  }

  /** The same for an operation that calls back. It is started even if the signal is aborted already. */
  forCallback<T>(
    start: (resolve: (value: T) => void, reject: (reason: unknown) => void) => void,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      start(resolve, reject)
      if (this.signal.aborted) return reject(this.signal.reason)
      this.#reject = reject
      if (this.limit !== undefined) this.#startTimer(this.limit)
    })
  }

  /** Removes the listener and the timer. A wait that is still pending settles with its operation. */
  close(): void {
    this.signal.removeEventListener('abort', this.#onAbort)
    clearTimeout(this.#timer)
  }

  #startTimer(limit: WaitLimit): void {
    this.#deadline = performance.now() + limit.ms
    this.#timer ??= this.#expireIn(limit.ms, limit)
  }

  #expireIn(ms: number, limit: WaitLimit): ReturnType<typeof setTimeout> {
    return setTimeout(() => this.#expire(limit), Math.min(ms, LONGEST_TIMEOUT))
  }

  #expire(limit: WaitLimit): void {
    const left = this.#deadline - performance.now()
    this.#timer = left > 0 ? this.#expireIn(left, limit) : undefined
    if (left <= 0) this.#reject?.(limit.error())
  }
}
