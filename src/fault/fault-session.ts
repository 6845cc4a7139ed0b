import type { Slice } from '../http/byte-range.js'
import type { BodyPiece } from './body-offset.js'
import type { Announcement, Chunks, EarlyResponse, Fields, Protocol, Version } from './fault.js'
import type { Fault } from './fault-kinds.js'
import { type Chance, type Clock, drawPlace, Injection } from './injection.js'
import type { Ended, Journal, OpenEntry } from './journal.js'
import type { FaultRequest } from './request-match.js'
import type { Draw, Schedule } from './schedule.js'

/** What a request brings along. */
export interface ArrivedRequest {
  readonly request: FaultRequest
  readonly protocol: Protocol
  readonly clock: Clock
}

/** What became of the answer. */
export interface SessionEnd {
  /** null where no status line went out. */
  readonly status: number | null
  readonly written: number
  readonly ended: Ended
}

/** The faults of one request, from its arrival to the end of its answer: each place asks them here. */
export class FaultSession {
  #injections: Injection[] = []
  readonly #taken = new Map<Schedule, Injection[]>()

  constructor(
    private readonly arrived: ArrivedRequest,
    private readonly draws: readonly Draw[],
    private readonly own: readonly Fault[],
    private readonly seed: number,
    private readonly journal: Journal,
  ) {}

  /** Settles which faults this request gets. `size`: of what it asks for, if that is there. */
  draw(size: number | undefined): void {
    for (const draw of this.draws) {
      const { schedule, attempt, parts } = draw
      if (!draw.wants(size) || !schedule.take()) continue
      const { id = null, faults } = schedule.rule
      const chance = { seed: this.seed, parts }
      this.#taken.set(schedule, this.#inject(faults, id, attempt, chance))
    }
    const { method, path, fields } = this.arrived.request
    const parts = [method, path, fields.range ?? null, this.own]
    this.#inject(this.own, null, 1, { seed: this.seed, parts })
  }

  /** Whether any fault may still act. */
  get active(): boolean {
    return this.#injections.length > 0
  }

  /** Lets faults act before the headers; an answer of theirs takes the place of any other. */
  async before(): Promise<EarlyResponse | undefined> {
    for (const { kind, fault, scene } of this.#injections) {
      const answer = await kind.before?.(fault, scene)
      if (answer !== undefined) return answer
    }
    return undefined
  }

  /** The version that the request sees. */
  select(version: Version): Version {
    return this.#injections.reduce(
      (seen, { kind, fault, scene }) => kind.select?.(fault, seen, scene) ?? seen,
      version,
    )
  }

  /** What the request is taken to ask. */
  fields(fields: Fields): Fields {
    return this.#injections.reduce(
      (seen, { kind, fault, scene }) => kind.fields?.(fault, seen, scene) ?? seen,
      fields,
    )
  }

  /** What the headers say of a body that is laid out in these pieces. */
  announce(pieces: readonly BodyPiece[], announcement: Announcement): Announcement {
    return this.#injections.reduce((seen, injection) => {
      const scene = injection.bodyScene(pieces, announcement.length)
      return (scene && injection.kind.announce?.(injection.fault, seen, scene)) ?? seen
    }, announcement)
  }

  /** What becomes of the bytes of that body. */
  body(pieces: readonly BodyPiece[], length: number | undefined, chunks: Chunks): Chunks {
    return this.#injections.reduce((seen, injection) => {
      const scene = injection.bodyScene(pieces, length)
      return (scene && injection.kind.body?.(injection.fault, seen, scene)) ?? seen
    }, chunks)
  }

  /**
   * What becomes of the bytes of a slice before they are put in frames: places in the representation
   * are met there, since frames have none.
   */
  slice(slice: Slice, chunks: Chunks): Chunks {
    return this.#injections.reduce((seen, injection) => {
      if (!injection.isPlacedInRepresentation) return seen
      const length = slice.end - slice.start
      const scene = injection.bodyScene([{ kind: 'slice', slice }], length)
      return (scene && injection.kind.body?.(injection.fault, seen, scene)) ?? seen
    }, chunks)
  }

  /**
   * Tells the journal how the answer ended. What has not acted by now never will, and its rule gets
   * the time back. `confirmation`: the bytes that the client has confirmed, once that is known.
   */
  async end(
    { status, written, ended }: SessionEnd,
    confirmation: () => Promise<number | undefined>,
  ): Promise<void> {
    for (const [schedule, injections] of this.#taken) {
      if (!injections.some(({ fired }) => fired)) schedule.giveBack()
    }
    this.#taken.clear()
    this.#injections = []
    const entries = this.#entries.splice(0)
    for (const entry of entries) {
      if (entry.outcome === 'pending') entry.outcome = 'not reached'
      Object.assign(entry, { status, written, ended })
    }
    const confirmed = entries.length > 0 ? await confirmation() : undefined
    for (const entry of entries) {
      entry.confirmed = confirmed ?? null
      this.journal.close(entry)
    }
  }

  readonly #entries: OpenEntry[] = []

  /** Opens an entry for each fault; those that can act here become injections. */
  #inject(
    faults: readonly Fault[],
    rule: string | null,
    attempt: number,
    chance: Chance,
  ): Injection[] {
    const { request, protocol, clock } = this.arrived
    const { method, path, fields } = request
    const range = fields.range === undefined ? null : String(fields.range)
    const injections = faults.map((each, index) => {
      const entry: OpenEntry = {
        rule,
        attempt,
        method,
        path,
        range,
        fault: drawPlace(each, chance, index),
        outcome: 'pending',
        status: null,
        written: 0,
        confirmed: null,
        ended: null,
      }
      this.journal.open(entry)
      this.#entries.push(entry)
      const parts = [...chance.parts, index]
      return new Injection(entry, { seed: chance.seed, parts }, protocol, clock)
    })
    this.#injections.push(...injections.filter(({ acts }) => acts))
    return injections
  }
}
