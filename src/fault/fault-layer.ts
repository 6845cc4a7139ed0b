import { LastbyteError } from '../errors.js'
import { arrayOf } from '../validation/expectation.js'
import type { Protocol } from './fault.js'
import { FAULT_FIELD, FAULT_QUERY, parseFaultField } from './fault-header.js'
import type { Fault } from './fault-kinds.js'
import { type FaultRule, type SettledRule, settleRule } from './fault-rule.js'
import { FaultSession } from './fault-session.js'
import type { Clock } from './injection.js'
import { Journal, type JournalEntry } from './journal.js'
import type { FaultRequest } from './request-match.js'
import { type Draw, Schedule } from './schedule.js'
import type { LogItem } from './settled-log.js'
import { badFault, readMember } from './validate.js'

const RULES = arrayOf({ expected: 'a rule', accepts: () => true }, 'an array of rules')

/** A rule that is armed, for whoever has armed it. */
export interface ArmedFault {
  readonly id: string
  /** How many more requests may get it; Infinity if there is no limit. */
  readonly left: number
  /** Its entries in the journal. */
  journal(): JournalEntry[]
  /** Takes the rule away; what it is doing to running answers goes on. */
  disarm(): void
}

/** An armed rule as it is shown. `left` is absent where there is no limit. */
export interface ShownRule extends Omit<FaultRule, 'id'> {
  readonly id: string
  readonly left?: number
}

/** What a request says for itself when it arrives. */
export interface Arrival extends FaultRequest {
  readonly protocol: Protocol
  /** With its question mark, or empty. */
  readonly query: string
}

/** What is to go wrong, and what has. */
export class FaultLayer {
  readonly #journal = new Journal()
  #schedules: readonly Schedule[] = []
  #named = 0

  /** `seed`: what fixes every choice of chance. */
  constructor(readonly seed: number) {}

  /** Arms a rule for the next request on. @throws LastbyteError BAD_FAULT, naming the member */
  arm(rule: FaultRule): ArmedFault {
    const settled = settleRule(rule)
    const id = settled.id ?? this.#newId()
    if (this.#find(id))
      throw badFault('id', 'expected an id of no armed rule; disarm that one first', id)
    const schedule = new Schedule({ ...settled, id }, this.seed)
    this.#schedules = [...this.#schedules, schedule]
    return {
      id,
      get left() {
        return schedule.left
      },
      journal: () => this.journal(id),
      disarm: () => void this.disarm(id),
    }
  }

  /** Arms all of a scenario, or nothing where one rule makes no sense. @throws LastbyteError BAD_FAULT */
  armAll(rules: readonly FaultRule[]): ArmedFault[] {
    const all = readMember('rules', rules, RULES) as readonly FaultRule[]
    const before = this.#schedules
    try {
      return all.map((rule, index) => within(`[${index}]`, () => this.arm(rule)))
    } catch (error) {
      this.#schedules = before
      throw error
    }
  }

  /** Takes one rule away, or all of them. Gives back whether there was one. */
  disarm(id?: string): boolean {
    const before = this.#schedules
    this.#schedules = id === undefined ? [] : before.filter(({ rule }) => rule.id !== id)
    return this.#schedules.length < before.length
  }

  /** The armed rules. */
  rules(): ShownRule[] {
    return this.#schedules.map(({ rule, left }) => show(rule, left))
  }

  /** What was injected so far, of one rule if `id` is given, in the order in which requests came. */
  journal(id?: string): JournalEntry[] {
    return this.#journal.entries(id)
  }

  /** Resolves when the journal knows all there is to know: no answer with a fault is under way. */
  settled(): Promise<void> {
    return this.#journal.settled()
  }

  /**
   * Calls `follow` with each entry of which all is known: now with those that there are, then with
   * each that comes, until the returned function is called.
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

  /** Forgets the journal. Rules stay armed. */
  clearJournal(): void {
    this.#journal.clear()
  }

  /**
   * A request has arrived; undefined where nothing can happen to it. What is armed later is none of
   * its business.
   *
   * @throws LastbyteError BAD_FAULT where the faults that it asks for itself make no sense
   */
  openSession(request: Arrival, clock: Clock): FaultSession | undefined {
    const own = ownFaults(request)
    if (own.length === 0 && this.#schedules.length === 0) return undefined
    const draws = this.#schedules
      .map((schedule) => schedule.arrive(request))
      .filter((draw): draw is Draw => draw !== undefined)
    if (own.length === 0 && draws.length === 0) return undefined
    const arrived = { request, protocol: request.protocol, clock }
    return new FaultSession(arrived, draws, own, this.seed, this.#journal)
  }

  #find(id: string): Schedule | undefined {
    return this.#schedules.find(({ rule }) => rule.id === id)
  }

  #newId(): string {
    do this.#named += 1
    while (this.#find(`rule-${this.#named}`))
    return `rule-${this.#named}`
  }
}

/** The faults that a request asks for itself, by its field or its query. */
function ownFaults({ fields, query }: Arrival): Fault[] {
  const field = fields[FAULT_FIELD]
  const asked = query.includes(FAULT_QUERY) ? new URLSearchParams(query).getAll(FAULT_QUERY) : []
  if (field === undefined && asked.length === 0) return []
  return parseFaultField([field ?? [], asked].flat(2).join(', '))
}

function show(
  { id = '', match, faults, times, probability }: SettledRule,
  left: number,
): ShownRule {
  const [only, ...more] = faults
  const fault = only !== undefined && more.length === 0 ? only : faults
  const limit = Number.isFinite(times) ? { times, left } : {}
  return { id, match, fault, probability, ...limit }
}

function within<T>(path: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    if (!(error instanceof LastbyteError)) throw error
    const facts = { ...error.facts, member: `${path}.${error.facts.member}` }
    throw new LastbyteError(error.code, `${path}.${error.message}`, facts)
  }
}
