import { delay } from '../async/delay.js'

/** Waits between attempts, which end early when there is reason to expect that the next attempt succeeds. */
export class RetryWaker {
  readonly #waits = new Set<AbortController>()

  /** Resolves after so many ms, or when `wake` is called; rejects with the signal's reason. */
  readonly wait = async (ms: number, signal: AbortSignal): Promise<void> => {
    const woken = new AbortController()
    this.#waits.add(woken)
    try {
      await delay(ms, AbortSignal.any([signal, woken.signal]))
    } catch (error) {
      signal.throwIfAborted()
      if (!woken.signal.aborted) throw error
    } finally {
      this.#waits.delete(woken)
    }
  }

  /** Ends all waits. */
  wake(): void {
    for (const wait of this.#waits) wait.abort()
  }
}
