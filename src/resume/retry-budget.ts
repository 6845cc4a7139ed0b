/** How often and how long to try again. All times in ms. */
export interface RetryRules {
  /** The longest first wait; it doubles with each try in vain. */
  readonly base: number
  /** The longest wait. */
  readonly most: number
  /** How long to go on without progress, from the first try in vain. */
  readonly retryFor: number
}

export const RETRY_RULES: RetryRules = { base: 250, most: 15_000, retryFor: 600_000 }

/**
 * Waits with full jitter, for as long as there is progress now and then: each byte that arrives
 * begins the count and the time anew. The clock and chance are passed in.
 */
export class RetryBudget {
  #tries = 0
  /** When the first try since the last progress was in vain: a reader may have rested before. */
  #since: number | undefined

  constructor(
    private readonly rules: RetryRules,
    private readonly now: () => number,
    private readonly chance: () => number,
  ) {}

  /** Tries in vain since the last progress. */
  get tries(): number {
    return this.#tries
  }

  /** Bytes have arrived. */
  progress(): void {
    this.#tries = 0
    this.#since = undefined
  }

  /**
   * A try was in vain: ms to wait before the next, or undefined where the time is over. `after`: ms
   * that the server wants to be left alone; no shorter than that.
   */
  next(after?: number): number | undefined {
    const { base, most, retryFor } = this.rules
    const now = this.now()
    this.#since ??= now
    const longest = Math.min(most, base * 2 ** this.#tries)
    this.#tries += 1
    const wait = Math.max(after ?? 0, this.chance() * longest)
    return retryFor === 0 || now - this.#since + wait > retryFor ? undefined : wait
  }
}
