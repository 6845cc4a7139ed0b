import { randomBytes } from 'node:crypto'
import type { FailureDescription } from '../../http/stream-error.js'
import { BATCH_EVENTS, loggedSize } from '../log-limits.js'
import {
  type Epoch,
  fenced,
  formatLogId,
  gap,
  locate,
  retainedEpochs,
  tooLarge,
  withEpoch,
} from '../log-position.js'
import type {
  LogBatch,
  LogEnding,
  LogProducer,
  LogReader,
  LogTail,
  NewEvent,
} from '../stream-log.js'
import { EventRing } from './event-ring.js'

/** What a stream needs of its log. */
export interface StreamOwner {
  readonly maxAge: number
  readonly maxStreamBytes: number
  /** ms of a monotonic clock. */
  readonly now: () => number
  /** Called with the change of the bytes of a stream. */
  readonly count: (bytes: number) => void
  /** Called after events were appended. */
  readonly grown: (stream: MemoryStream) => void
}

type State =
  | { readonly kind: 'produced'; readonly producer: AbortController }
  | { readonly kind: 'paused'; readonly failure: FailureDescription | undefined }
  | { readonly kind: 'ended'; readonly ending: LogEnding }

/** One stream of a log in memory. */
export class MemoryStream {
  readonly #ring = new EventRing()
  #epochs: readonly Epoch[] = []
  #state: State = { kind: 'paused', failure: undefined }
  #own: string | undefined
  /** Counts the claims, so that a reader reports each pause once. */
  #claims = 0
  #removed = false
  /** Readers that wait for a change. */
  #waiting: (() => void)[] = []
  /** When the stream last had a producer. */
  #active: number

  constructor(
    readonly key: string,
    private readonly owner: StreamOwner,
  ) {
    this.#active = owner.now()
  }

  get state(): State['kind'] {
    return this.#state.kind
  }

  get bytes(): number {
    return this.#ring.bytes
  }

  /** When the stream last had a producer; undefined while it has one. */
  get idleSince(): number | undefined {
    return this.#state.kind === 'produced' ? undefined : this.#active
  }

  claim(): { producer: LogProducer; tail: LogTail } {
    if (this.#state.kind === 'produced') this.#state.producer.abort(fenced(this.key))
    const controller = new AbortController()
    const tag = randomBytes(6).toString('base64url')
    const { next } = this.#ring
    this.#epochs = withEpoch(this.#epochs, { tag, first: next })
    this.#claims += 1
    this.#state = { kind: 'produced', producer: controller }
    this.#wake()
    const requireHeld = () => {
      if (this.#removed || this.#state.kind !== 'produced' || this.#state.producer !== controller)
        throw fenced(this.key)
    }
    const settle = async (state: State) => {
      requireHeld()
      this.#settle(state)
    }
    const producer: LogProducer = {
      fenced: controller.signal,
      append: async (events) => {
        requireHeld()
        this.#append(events, tag)
      },
      end: (ending) => settle({ kind: 'ended', ending }),
      pause: (failure) => settle({ kind: 'paused', failure }),
    }
    return { producer, tail: { count: next - 1, own: this.#own } }
  }

  #append(events: readonly NewEvent[], tag: string): void {
    const { maxStreamBytes, count, grown, now } = this.owner
    const at = now()
    for (const { text, own } of events) {
      const bytes = loggedSize(text, own)
      if (bytes > maxStreamBytes) throw tooLarge(bytes, maxStreamBytes)
      const id = formatLogId(this.#ring.next, tag)
      this.#ring.push({ id, text: `id: ${id}\n${text}` }, bytes, at)
      this.#own = own
      count(bytes)
    }
    this.trim()
    grown(this)
    this.#wake()
  }

  #settle(state: State): void {
    this.#state = state
    this.#active = this.owner.now()
    this.#wake()
  }

  /** Drops what is too old or too much. @param spare bytes that must become free besides */
  trim(spare = 0): void {
    const { maxAge, maxStreamBytes, now, count } = this.owner
    const before = this.#ring.bytes
    this.#ring.trim(Math.min(maxStreamBytes, before - spare), now() - maxAge)
    count(this.#ring.bytes - before)
    this.#epochs = retainedEpochs(this.#epochs, this.#ring.first)
  }

  open(after: string | undefined): LogReader {
    const { first, next } = this.#ring
    return new MemoryReader(this, locate({ epochs: this.#epochs, first, next }, after), after)
  }

  /** Ends the readers, whose stream is gone. */
  remove(): void {
    this.#removed = true
    this.#wake()
  }

  /** The events from a number on; undefined while there is nothing to report. */
  batch(from: number, after: string | undefined, reported: number): Reported | undefined {
    if (this.#removed) throw gap(after, 'absent')
    if (from < this.#ring.first) throw gap(after, 'old')
    const events = this.#ring.slice(from, BATCH_EVENTS)
    if (events.length > 0) return { batch: { kind: 'events', events }, claims: reported }
    const claims = this.#claims
    if (this.#state.kind === 'ended') return { batch: this.#state, claims }
    if (this.#state.kind === 'paused' && reported < claims) return { batch: this.#state, claims }
    return undefined
  }

  wait(wake: () => void): void {
    this.#waiting.push(wake)
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const wake of waiting) wake()
  }
}

interface Reported {
  readonly batch: LogBatch
  /** The claims up to which a pause has been reported. */
  readonly claims: number
}

class MemoryReader implements LogReader {
  #closed = false
  #reported = 0
  #wake: (() => void) | undefined

  constructor(
    private readonly stream: MemoryStream,
    private next: number,
    private after: string | undefined,
  ) {}

  async read(): Promise<LogBatch> {
    for (;;) {
      if (this.#closed) return { kind: 'closed' }
      const reported = this.stream.batch(this.next, this.after, this.#reported)
      if (reported !== undefined) return this.#take(reported)
      await new Promise<void>((wake) => {
        this.#wake = wake
        this.stream.wait(wake)
      })
    }
  }

  #take({ batch, claims }: Reported): LogBatch {
    this.#reported = claims
    if (batch.kind === 'events') {
      this.next += batch.events.length
      this.after = batch.events.at(-1)?.id
    }
    return batch
  }

  close(): void {
    this.#closed = true
    this.#wake?.()
  }
}
