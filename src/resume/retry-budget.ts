/** How often and how long to retry. All times in ms. */
export interface RetryRules {
  /** The longest first wait; it doubles with each failed attempt. */
  readonly base: number
  /** The longest wait. */
  readonly most: number
  /** How long to retry without progress, from the first failed attempt on; 0: not at all. */
  readonly retryFor: number
}

export const RETRY_RULES: RetryRules = { base: 250, most: 15_000, retryFor: 600_000 }

/**
 * Exponential backoff with full jitter, bounded by a time without progress: each received byte resets
 * the count and the time. Clock and randomness are passed in.
 */
export class RetryBudget {
  #tries = 0
  /** When the first attempt since the last progress failed: a paused consumer uses up no time. */
  #since: number | undefined

  constructor(
    private readonly rules: RetryRules,
    private readonly now: () => number,
    private readonly chance: () => number,
  ) {}

  /** Failed attempts since the last progress. */
  get tries(): number {
    return this.#tries
  }

  /** Bytes have been received. */
  progress(): void {
    this.#tries = 0
    this.#since = undefined
  }

  /**
   * After a failed attempt: ms to wait before the next one, or undefined where the time is over.
   * `after`: ms that the server asks for (Retry-After); the wait is no shorter.
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
