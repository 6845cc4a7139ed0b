import { LastbyteError } from '../errors.js'
import { arrayOf } from '../validation/expectation.js'
import { actsOnUploads } from './acts-on-uploads.js'
import { type ArmedFault, type ShownRule, showRule } from './armed-fault.js'
import { FAULT_FIELD, FAULT_QUERY, parseFaultField } from './fault-header.js'
import type { Fault } from './fault-kinds.js'
import { type FaultRule, settleRule } from './fault-rule.js'
import { FaultSession } from './fault-session.js'
import type { Clock } from './injection.js'
import { Journal, type JournalEntry } from './journal.js'
import { RequestJournal } from './request-journal.js'
import type { FaultRequest } from './request-match.js'
import type { RequestRecord } from './request-record.js'
import { type Draw, requireGlobRoom, Schedule } from './schedule.js'
import type { ArrivedRequest } from './session-facts.js'
import type { LogItem } from './settled-log.js'
import { badFault, readMember } from './validate.js'

const RULES = arrayOf({ expected: 'a rule', accepts: () => true }, 'an array of rules')
/** Armed rules: every request is compared with all of them. */
const MOST_RULES = 1000
/** Comparisons of a path with the globs of all rules, about 15 ms; a rule for which none is left doesn't match. */
const MOST_COMPARISONS = 1_000_000

/** A request that arrives at the fault layer. */
export interface Arrival extends FaultRequest {
  /** The query with its question mark; empty without a query. */
  readonly query: string
}

/**
 * The armed rules of a server, and the journal of what they did.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { type FaultLayer, faultServer } from 'lastbyte/testing'
 *
 * await using server = await faultServer({ root: 'media', seed: 7 })
 * const faults: FaultLayer = server.faults
 * faults.arm({ fault: { kind: 'truncate', at: 100 }, times: 1 })
 * await assert.rejects(fetch(`${server.url}/clip.mp4`).then((response) => response.arrayBuffer()))
 * await faults.settled()
 * assert.equal(faults.journal()[0]?.written, 100)
 * ```
 */
export class FaultLayer {
  readonly #journal = new Journal()
  #schedules: readonly Schedule[] = []
  #generatedIds = 0
  /** All requests, not only those with faults; empty unless the option `requests` says how many it keeps. */
  readonly requests: RequestJournal

  /**
   * @param seed determines every random choice: an integer from 0 to 2^32 - 1
   * @param requests how many requests the journal of all requests keeps
   */
  constructor(
    readonly seed: number,
    requests = 0,
  ) {
    this.requests = new RequestJournal(requests)
  }

  /**
   * Arms a rule for requests that arrive from now on.
   *
   * @throws LastbyteError BAD_FAULT; `facts.member` is the path of the invalid member
   */
  arm(rule: FaultRule): ArmedFault {
    const settled = settleRule(rule)
    this.#requireRoom(1)
    const id = settled.id ?? this.#newId()
    if (this.#find(id))
      throw badFault('id', 'expected an id that no armed rule has; disarm that rule first', id)
    const schedule = new Schedule({ ...settled, id }, this.seed)
    const schedules = [...this.#schedules, schedule]
    requireGlobRoom(schedules)
    this.#schedules = schedules
    return {
      id,
      get left() {
        return schedule.left
      },
      journal: () => this.journal(id),
      disarm: () => void this.disarm(id),
    }
  }

  /** Arms several rules, or none if one is invalid. @throws LastbyteError BAD_FAULT */
  armAll(rules: readonly FaultRule[]): ArmedFault[] {
    const all = readMember('rules', rules, RULES) as readonly FaultRule[]
    this.#requireRoom(all.length)
    const before = this.#schedules
    try {
      return all.map((rule, index) => within(`[${index}]`, () => this.arm(rule)))
    } catch (error) {
      this.#schedules = before
      throw error
    }
  }

  /** Disarms one rule, or all without `id`. Returns whether there was one. */
  disarm(id?: string): boolean {
    const before = this.#schedules
    this.#schedules = id === undefined ? [] : before.filter(({ rule }) => rule.id !== id)
    return this.#schedules.length < before.length
  }

  /** The armed rules. */
  rules(): ShownRule[] {
    return this.#schedules.map(({ rule, left }) => showRule(rule, left))
  }

  /** Copies of the journal entries in the order in which the requests arrived; those of one rule with `id`. */
  journal(id?: string): JournalEntry[] {
    return this.#journal.entries(id)
  }

  /** Resolves when all journal entries are settled: no response with a fault is running. */
  settled(): Promise<void> {
    return this.#journal.settled()
  }

  /**
   * Calls `follow` with each settled entry: at once with those so far, then with each one as it
   * settles, until the returned function is called.
   */
  follow(follow: (entry: JournalEntry) => void): () => void {
    return this.#journal.follow(follow)
  }

  /**
   * Reads the settled entries in the order in which they settle, at the reader's pace: the kept ones
   * whose number is over `after`, then each new one until the signal is aborted.
   */
  readJournal(
    after: number,
    signal: AbortSignal,
  ): AsyncGenerator<LogItem<JournalEntry>, void, void> {
    return this.#journal.read(after, signal)
  }

  /** Removes the journal entries. Rules stay armed. */
  clearJournal(): void {
    this.#journal.clear()
  }

  /**
   * Returns to the state of the start: no rules, no journal entries, no counts of attempts, and the same
   * random choices as after the start. Responses that still run are not recorded any more.
   */
  reset(): void {
    this.#schedules = []
    this.#generatedIds = 0
    this.#journal.reset()
    this.requests.clear()
  }

  /**
   * Opens the session of a request that has arrived; undefined if no fault applies to it and it isn't
   * recorded. Rules that are armed later don't apply to it.
   *
   * @param part the rules that act on request bodies, those that don't, or all
   * @throws LastbyteError BAD_FAULT if the faults in the request itself are invalid
   */
  openSession(
    request: Arrival,
    clock: Clock,
    record?: RequestRecord,
    part: SessionPart = 'all',
  ): FaultSession | undefined {
    const isDue = (faults: readonly Fault[]) =>
      part === 'all' || actsOnUploads(faults) === (part === 'uploads')
    const named = ownFaults(request)
    const own = isDue(named) ? named : []
    if (own.length === 0 && this.#schedules.length === 0) {
      return this.#sessionOf({ request, clock, record }, [], [])
    }
    const budget = { left: MOST_COMPARISONS }
    const draws = this.#schedules
      .filter(({ rule }) => isDue(rule.faults))
      .map((schedule) => schedule.arrive(request, budget))
      .filter((draw): draw is Draw => draw !== undefined)
    return this.#sessionOf({ request, clock, record }, draws, own)
  }

  /** Opens the session of a request that gets no faults, to record its response. */
  openRecord(request: Arrival, clock: Clock, record: RequestRecord | undefined) {
    return this.#sessionOf({ request, clock, record }, [], [])
  }

  #sessionOf(arrived: ArrivedRequest, draws: Draw[], own: Fault[]): FaultSession | undefined {
    if (draws.length + own.length === 0 && arrived.record === undefined) return undefined
    return new FaultSession(arrived, draws, own, this.seed, this.#journal.writer())
  }

  #find(id: string): Schedule | undefined {
    return this.#schedules.find(({ rule }) => rule.id === id)
  }

  #requireRoom(rules: number): void {
    const total = this.#schedules.length + rules
    if (total <= MOST_RULES) return
    throw badFault('rules', `expected at most ${MOST_RULES} armed rules; disarm some first`, total)
  }

  #newId(): string {
    do this.#generatedIds += 1
    while (this.#find(`rule-${this.#generatedIds}`))
    return `rule-${this.#generatedIds}`
  }
}

/** Which rules apply: those with a fault that acts on the body of the request are applied before the others. */
export type SessionPart = 'all' | 'uploads' | 'responses'

/** The faults in the request itself: in its header field and its query. */
function ownFaults({ fields, query }: Arrival): Fault[] {
  const field = fields[FAULT_FIELD]
  const parameters = query.includes(FAULT_QUERY)
    ? new URLSearchParams(query).getAll(FAULT_QUERY)
    : []
  if (field === undefined && parameters.length === 0) return []
  return parseFaultField([field ?? [], parameters].flat(2).join(', '))
}

/** Prefixes the member that an error names with the path of its rule. */
function within<T>(path: string, arm: () => T): T {
  try {
    return arm()
  } catch (error) {
    if (!(error instanceof LastbyteError)) throw error
    const facts = { ...error.facts, member: `${path}.${error.facts.member}` }
    throw new LastbyteError(error.code, `${path}.${error.message}`, facts)
  }
}
