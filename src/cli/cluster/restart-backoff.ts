import { RetryBudget, type RetryRules } from '../../resume/retry-budget.js'

/** Without an end: the cause may be repaired while the other workers serve. */
const RULES: RetryRules = { base: 100, most: 15_000, retryFor: Number.POSITIVE_INFINITY }

/** ms of serving after which the next end of a process counts as the first. */
const STABLE = 30_000

/** The delays before an ended worker process is replaced. Clock and randomness are passed in. */
export class RestartBackoff {
  readonly #budget: RetryBudget

  /** @param random a number in [0, 1) */
  constructor(now: () => number, random: () => number) {
    // At least half of the delay: full jitter could restart a process at once that fails at its start.
    this.#budget = new RetryBudget(RULES, now, () => 0.5 + random() / 2)
  }

  /**
   * The delay after a process has ended, in ms.
   *
   * @param served ms for which it had listened; 0 if it never did
   */
  after(served: number): number {
    if (served >= STABLE) this.#budget.progress()
    return Math.round(this.#budget.next() ?? RULES.most)
  }
}
