import { RetryBudget, type RetryRules } from '../../resume/retry-budget.js'

/** A place among the workers is never given up: what is wrong may be put right while the others serve. */
const RULES: RetryRules = { base: 100, most: 15_000, retryFor: Number.POSITIVE_INFINITY }

/** ms of serving after which an end counts as the first again. */
const LONG_LIFE = 30_000

/** How soon the next worker takes a place whose worker has ended. The clock and chance are passed in. */
export class RestartBackoff {
  readonly #budget: RetryBudget

  constructor(now: () => number, chance: () => number) {
    // Half of the wait is certain: what fails in its first moment must not spin by luck.
    this.#budget = new RetryBudget(RULES, now, () => 0.5 + chance() / 2)
  }

  /**
   * ms to wait after a worker has ended.
   *
   * @param served ms for which it had listened; 0 if it never did
   */
  after(served: number): number {
    if (served >= LONG_LIFE) this.#budget.progress()
    return Math.round(this.#budget.next() ?? RULES.most)
  }
}
