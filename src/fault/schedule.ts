import type { SettledRule } from './fault-rule.js'
import {
  type FaultRequest,
  matches,
  matchesAttempt,
  matchesRanges,
  seriesOf,
} from './request-match.js'
import { seededRandom } from './seeded-random.js'

/** Keys of which a rule keeps a count: enough for any test, and a bound for what runs for weeks. */
const MOST_KEYS = 100_000

/** An armed rule and its counts. */
export class Schedule {
  #left: number
  readonly #counts = new Map<string, number>()
  readonly #identity: readonly unknown[]

  constructor(
    readonly rule: SettledRule,
    private readonly seed: number,
  ) {
    this.#left = rule.times
    this.#identity = [rule.match, rule.faults, rule.probability]
  }

  /** How many more requests may get the faults. */
  get left(): number {
    return this.#left
  }

  /** Counts a request that has arrived; undefined if it is none of the rule's. */
  arrive(request: FaultRequest): Draw | undefined {
    const { match } = this.rule
    if (!matches(match, request)) return undefined
    const series = seriesOf(match, request)
    const attempt = this.#count(['attempt', ...series])
    const key = [...series, request.fields.range ?? null]
    const occurrence = this.#count(['key', ...key])
    const parts = [...this.#identity, ...key, occurrence]
    return {
      schedule: this,
      attempt,
      parts,
      wants: (size) =>
        matchesAttempt(match, attempt) &&
        matchesRanges(match, request, size) &&
        seededRandom(this.seed, ...parts, 'probability') < this.rule.probability,
    }
  }

  /** Takes one of the rule's times, if one is left. */
  take(): boolean {
    if (this.#left <= 0) return false
    this.#left -= 1
    return true
  }

  /** Gives back what was taken for a request that then got nothing. */
  giveBack(): void {
    this.#left += 1
  }

  #count(key: readonly unknown[]): number {
    const text = JSON.stringify(key)
    const count = (this.#counts.get(text) ?? 0) + 1
    this.#counts.set(text, count)
    if (this.#counts.size > MOST_KEYS) this.#forgetOldest()
    return count
  }

  #forgetOldest(): void {
    for (const oldest of this.#counts.keys()) {
      this.#counts.delete(oldest)
      return
    }
  }
}

/** A request that a rule has counted. */
export interface Draw {
  readonly schedule: Schedule
  readonly attempt: number
  /** What its chance depends on, besides the seed. */
  readonly parts: readonly unknown[]
  /** Whether the rule wants this request, of a representation of `size` bytes if there is one. */
  wants(size: number | undefined): boolean
}
