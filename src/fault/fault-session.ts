import type { Slice } from '../http/byte-range.js'
import type { FrameForm } from '../http/frame-form.js'
import type { BodyPiece } from './body-offset.js'
import type {
  Announcement,
  Chunks,
  EarlyResponse,
  Fields,
  ResponseHead,
  ResponseTail,
  Version,
} from './fault.js'
import type { Fault } from './fault-kinds.js'
import { frameFormOf } from './frame-form-of.js'
import { type Chance, drawPosition, Injection } from './injection.js'
import type { JournalWriter, OpenEntry } from './journal.js'
import type { Draw, Schedule } from './schedule.js'
import type { ArrivedRequest, SessionEnd } from './session-facts.js'

/** The faults of one request, from its arrival to the end of its response. */
export class FaultSession {
  #injections: readonly Injection[] = []
  /** The injections of each draw, in the order of arming; the request's own faults come last. */
  readonly #drawn = new Map<number, readonly Injection[]>()
  readonly #used = new Map<Schedule, Injection[]>()
  /** Whether the response of a fault has replaced the real one. */
  #isReplaced = false
  #frames: FrameForm | undefined

  constructor(
    private readonly arrived: ArrivedRequest,
    private readonly draws: readonly Draw[],
    private readonly own: readonly Fault[],
    private readonly seed: number,
    private readonly journal: JournalWriter,
  ) {}

  /** Draws the faults that don't depend on the size of the representation, before its source is opened. */
  arrive(): void {
    this.#draw(({ needsSize }) => !needsSize, undefined)
  }

  /**
   * Decides which faults this request gets, and opens their journal entries.
   *
   * @param size bytes of the requested representation; undefined if there is none
   */
  draw(size: number | undefined): void {
    this.#draw(() => true, size)
  }

  #draw(isDue: (draw: Draw) => boolean, size: number | undefined): void {
    for (const [index, draw] of this.draws.entries()) {
      if (this.#drawn.has(index) || !isDue(draw)) continue
      this.#drawn.set(index, [])
      const { schedule, attempt, parts } = draw
      if (!draw.applies(size) || !schedule.use()) continue
      const { id = null, faults } = schedule.rule
      const injections = this.#inject(faults, id, attempt, { seed: this.seed, parts })
      this.#used.set(schedule, injections)
      this.#drawn.set(index, injections)
    }
    const last = this.draws.length
    if (!this.#drawn.has(last)) {
      const { method, path, fields } = this.arrived.request
      const parts = [method, path, fields.range ?? null, this.own]
      this.#drawn.set(last, this.#inject(this.own, null, 1, { seed: this.seed, parts }))
    }
    this.#injections = [...this.#drawn.entries()]
      .sort(([a], [b]) => a - b)
      .flatMap(([, injections]) => injections.filter(({ acts }) => acts))
  }

  /** Whether any fault may still act. */
  get active(): boolean {
    return this.#injections.length > 0
  }

  /** Runs the faults that act before the header section. A response of one replaces the real one. */
  async before(): Promise<EarlyResponse | undefined> {
    for (const { kind, fault, scene } of this.#injections) {
      const response = await kind.before?.(fault, scene)
      if (response === undefined) continue
      this.#isReplaced = true
      return response
    }
    return undefined
  }

  /** The version of the representation that is sent. */
  select(version: Version): Version {
    return this.#injections.reduce(
      (changed, { kind, fault, scene }) => kind.select?.(fault, changed, scene) ?? changed,
      version,
    )
  }

  /** The header fields that the request is handled with. */
  fields(fields: Fields): Fields {
    return this.#injections.reduce(
      (changed, { kind, fault, scene }) => kind.fields?.(fault, changed, scene) ?? changed,
      fields,
    )
  }

  /** Bytes of the request body that have been read, where a fault acts on it. */
  received = 0

  /** Whether a fault acts on the body of the request. */
  get receives(): boolean {
    return this.#injections.some(({ kind }) => kind.receive !== undefined)
  }

  /** The body of the request with the faults applied. */
  receive(chunks: Chunks, length: number | undefined): Chunks {
    return this.#injections.reduce(
      (changed, { kind, fault, scene }) =>
        kind.receive?.(fault, changed, { ...scene, length }) ?? changed,
      chunks,
    )
  }

  /** Records the fields that describe the body. Must be called before `announce` and `body`. */
  describe(fields: Readonly<Record<string, unknown>>): void {
    this.#frames = frameFormOf(fields)
  }

  /** What the header section announces for a body of these pieces. */
  announce(pieces: readonly BodyPiece[], announcement: Announcement): Announcement {
    return this.#injections.reduce((changed, injection) => {
      const scene = injection.bodyScene(pieces, {
        length: announcement.length,
        frames: this.#frames,
      })
      return (scene && injection.kind.announce?.(injection.fault, changed, scene)) ?? changed
    }, announcement)
  }

  /** Records the header section that is written, with the edits of the faults. */
  respond(status: number, field: (name: string) => unknown): void {
    this.arrived.record?.respond(status, field)
  }

  /** Edits the header section directly before it is written. */
  head(head: ResponseHead): void {
    for (const { kind, fault, scene } of this.#injections) kind.head?.(fault, head, scene)
  }

  /** What follows the complete response on its connection. */
  tail(): ResponseTail {
    const tails = this.#injections.map(({ kind, fault, scene }) => kind.tail?.(fault, scene))
    return Object.assign({}, ...tails)
  }

  /** The body's bytes with the faults applied. */
  body(pieces: readonly BodyPiece[], length: number | undefined, chunks: Chunks): Chunks {
    return this.#injections.reduce((changed, injection) => {
      const scene = injection.bodyScene(pieces, { length, frames: this.#frames })
      return (scene && injection.kind.body?.(injection.fault, changed, scene)) ?? changed
    }, chunks)
  }

  /**
   * The bytes of a slice, before they are put into frames, with those faults applied whose position
   * counts bytes of the representation: positions in a framed body don't correspond to them.
   */
  slice(slice: Slice, chunks: Chunks): Chunks {
    return this.#injections.reduce((changed, injection) => {
      if (!injection.isPlacedInRepresentation) return changed
      const length = slice.end - slice.start
      const scene = injection.bodyScene([{ kind: 'slice', slice }], { length })
      return (scene && injection.kind.body?.(injection.fault, changed, scene)) ?? changed
    }, chunks)
  }

  /**
   * Settles the journal entries when the response is over. A rule of which no fault has acted gets back
   * one of its `times`.
   *
   * @param confirmation resolves with the bytes that the client has acknowledged; undefined if that
   *   can't be known
   */
  async end(
    { status, written, ended }: SessionEnd,
    confirmation: () => Promise<number | undefined>,
  ): Promise<void> {
    const sent = status === null ? 'none' : this.#isReplaced ? 'another' : 'real'
    const { received, receives } = this
    for (const injection of this.#injections) injection.settle(sent)
    for (const [schedule, injections] of this.#used) {
      if (!injections.some(({ fired }) => fired)) schedule.restore()
    }
    this.#used.clear()
    this.#injections = []
    const entries = this.#entries.splice(0)
    for (const entry of entries) {
      if (entry.outcome === 'pending') entry.outcome = 'not reached'
      Object.assign(entry, { status, written, ended, ...(receives && { received }) })
    }
    const { record } = this.arrived
    record?.end({ status, written, ended })
    const isRecorded = entries.length > 0 || record !== undefined
    const confirmed = isRecorded ? await confirmation() : undefined
    for (const entry of entries) {
      entry.confirmed = confirmed ?? null
      this.journal.close(entry)
    }
    record?.settle(confirmed ?? null)
  }

  readonly #entries: OpenEntry[] = []

  /** Opens an entry for each fault. */
  #inject(
    faults: readonly Fault[],
    rule: string | null,
    attempt: number,
    chance: Chance,
  ): Injection[] {
    const { request, clock } = this.arrived
    const { method, path, fields } = request
    const range = fields.range === undefined ? null : String(fields.range)
    return faults.map((each, index) => {
      const entry: OpenEntry = {
        rule,
        attempt,
        method,
        path,
        range,
        fault: drawPosition(each, chance, index),
        outcome: 'pending',
        status: null,
        written: 0,
        confirmed: null,
        ended: null,
      }
      this.journal.open(entry)
      this.arrived.record?.addFault(entry)
      this.#entries.push(entry)
      const parts = [...chance.parts, index]
      return new Injection(entry, { seed: chance.seed, parts }, request, clock)
    })
  }
}
