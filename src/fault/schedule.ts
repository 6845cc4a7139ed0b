import type { SettledRule } from './fault-rule.js'
import {
  type FaultRequest,
  matchesAttempt,
  matchesRanges,
  type RequestMatcher,
  requestMatcher,
  seriesOf,
} from './request-match.js'
import { seededRandom } from './seeded-random.js'

/** Counters of a rule that are kept; the oldest are removed first, so that a server can run for weeks. */
const COUNTER_LIMIT = 100_000

/** An armed rule with its counters. */
export class Schedule {
  #left: number
  readonly #counts = new Map<string, number>()
  readonly #identity: readonly unknown[]
  readonly #matches: RequestMatcher

  constructor(
    readonly rule: SettledRule,
    private readonly seed: number,
  ) {
    this.#left = rule.times
    this.#identity = [rule.match, rule.faults, rule.probability]
    this.#matches = requestMatcher(rule.match)
  }

  /** How many more requests may get the faults. Infinity without a limit. */
  get left(): number {
    return this.#left
  }

  /** Counts a request that has arrived; undefined if the rule doesn't match it. */
  arrive(request: FaultRequest): Draw | undefined {
    const { match } = this.rule
    if (!this.#matches(request)) return undefined
    const series = seriesOf(match, request)
    const attempt = this.#count(['attempt', ...series])
    const key = [...series, request.fields.range ?? null]
    const occurrence = this.#count(['key', ...key])
    const parts = [...this.#identity, ...key, occurrence]
    return {
      schedule: this,
      attempt,
      parts,
      applies: (size) =>
        matchesAttempt(match, attempt) &&
        matchesRanges(match, request, size) &&
        seededRandom(this.seed, ...parts, 'probability') < this.rule.probability,
    }
  }

  /** Uses one of the rule's `times`; false if none is left. */
  use(): boolean {
    if (this.#left <= 0) return false
    this.#left -= 1
    return true
  }

  /** Restores one of the rule's `times`, for a request whose faults did not act. */
  restore(): void {
    this.#left += 1
  }

  #count(key: readonly unknown[]): number {
    const text = JSON.stringify(key)
    const count = (this.#counts.get(text) ?? 0) + 1
    this.#counts.set(text, count)
    if (this.#counts.size > COUNTER_LIMIT) this.#removeOldest()
    return count
  }

  #removeOldest(): void {
    for (const oldest of this.#counts.keys()) {
      this.#counts.delete(oldest)
      return
    }
  }
}

/** A request that a rule matches, as far as is known when it arrives. */
export interface Draw {
  readonly schedule: Schedule
  /** The number of this request among those that the rule matches, from 1. */
  readonly attempt: number
  /** The values that random choices depend on, in addition to the seed. */
  readonly parts: readonly unknown[]
  /** Whether the rule applies, once the size of the representation is known; undefined if it has none. */
  applies(size: number | undefined): boolean
}
