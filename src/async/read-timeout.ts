import { LastbyteError } from '../errors.js'

/**
 * Waits for one promise after the other, for each no longer than so many ms. One timer serves them
 * all: it is set anew, never made anew, since most promises are settled already.
 */
export class Patience implements Disposable {
  #interrupt: ((error: unknown) => void) | undefined
  readonly #timer: NodeJS.Timeout
  readonly #stop = () => this.#interrupt?.(this.signal.reason)

  constructor(
    ms: number,
    private readonly signal: AbortSignal,
  ) {
    this.#timer = setTimeout(() => {
      const message = `Cannot read on: the source gave nothing for ${ms} ms`
      const facts = { stall: ms, proxyError: 'connection_read_timeout' }
      this.#interrupt?.(new LastbyteError('SOURCE_TIMEOUT', message, facts))
    }, ms)
    signal.addEventListener('abort', this.#stop)
  }

  /** The promise's outcome, or SOURCE_TIMEOUT, or the signal's reason. */
  for<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.signal.aborted) reject(this.signal.reason)
      promise.then(resolve, reject)
      this.#timer.refresh()
      this.#interrupt = reject
    })
  }

  /** Whoever reads does something else than wait. */
  rest(): void {
    this.#interrupt = undefined
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
    this.signal.removeEventListener('abort', this.#stop)
  }
}
