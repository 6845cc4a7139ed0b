import type { MatchBudget } from '../http/path-glob.js'
import type { SettledRule } from './fault-rule.js'
import {
  type FaultRequest,
  globSteps,
  matchesAttempt,
  matchesRanges,
  type RequestMatcher,
  requestMatcher,
  seriesOf,
} from './request-match.js'
import { seededRandom } from './seeded-random.js'
import { badFault } from './validate.js'

/** Counters of a rule that are kept; the oldest are removed first, so that a server can run for weeks. */
const COUNTER_LIMIT = 100_000

/** Steps of all globs of the armed rules together: each takes about 100 bytes. */
const MOST_GLOB_STEPS = 100_000

/** An armed rule with its counters. */
export class Schedule {
  /** The steps of its glob. */
  readonly globSteps: number
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
    this.globSteps = globSteps(rule.match)
  }

  /** How many more requests may get the faults. Infinity without a limit. */
  get left(): number {
    return this.#left
  }

  /** Counts a request that has arrived; undefined if the rule doesn't match it. */
  arrive(request: FaultRequest, budget?: MatchBudget): Draw | undefined {
    const { match } = this.rule
    if (!this.#matches(request, budget)) return undefined
    const series = seriesOf(match, request)
    const attempt = this.#count(['attempt', ...series])
    const key = [...series, request.fields.range ?? null]
    const occurrence = this.#count(['key', ...key])
    const parts = [...this.#identity, ...key, occurrence]
    return {
      schedule: this,
      attempt,
      parts,
      needsSize: typeof match.range === 'object',
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

/** Refuses rules whose globs are too large together. @throws LastbyteError BAD_FAULT */
export function requireGlobRoom(schedules: readonly Schedule[]): void {
  const steps = schedules.reduce((sum, schedule) => sum + schedule.globSteps, 0)
  if (steps <= MOST_GLOB_STEPS) return
  const expected = `expected globs of at most ${MOST_GLOB_STEPS} steps in all armed rules together; disarm some first`
  throw badFault('match.path', expected, steps)
}

/** A request that a rule matches, as far as is known when it arrives. */
export interface Draw {
  readonly schedule: Schedule
  /** The number of this request among those that the rule matches, from 1. */
  readonly attempt: number
  /** The values that random choices depend on, in addition to the seed. */
  readonly parts: readonly unknown[]
  /** Whether `applies` depends on the size. */
  readonly needsSize: boolean
  /** Whether the rule applies, once the size of the representation is known; undefined if it has none. */
  applies(size: number | undefined): boolean
}
