import { LongTimer } from '../async/long-timer.js'
import { discardSource, StreamReader, type StreamSource } from '../body/stream-source.js'
import { LastbyteError } from '../errors.js'
import { describeFailure } from '../http/stream-error.js'
import type { LogClaim, StreamLog } from '../stream-log/stream-log.js'
import { type Recorded, recordSource, type SourceEvent } from './record-source.js'

/** What the source of a logged stream is called with, besides what its reader adds. */
export interface ProducerFacts {
  /** The id that the source gave the last event of the log; undefined if there is no event. */
  readonly lastEventId: string | undefined
  /** Aborted when the stream is stopped, another process produces it, or the application closes. */
  readonly signal: AbortSignal
}

/** A reader's offer to produce the stream that it reads. */
export interface ReplayOffer {
  readonly source: StreamSource<SourceEvent, object>
  /** Whether the source has been used. */
  taken: boolean
  readonly contextOf: (facts: ProducerFacts) => object
  /** Called with a failure that the log could not store. */
  readonly fail: (error: Error) => void
  /** Called with a failure of the source or the log, for the application's log. */
  readonly report: (error: Error, action: string) => void
}

type Claimed = Extract<LogClaim, { kind: 'claimed' }>

/** A stream of a log as far as this process takes part in it: its readers, and its producer if that is here. */
export class ReplayedStream {
  readonly #offers = new Set<ReplayOffer>()
  #claiming: Promise<void> | undefined
  #recording: { readonly control: AbortController; readonly over: Promise<void> } | undefined
  /** Looks again whether the producer of another process is alive. */
  #watch: LongTimer | undefined
  #closed = false

  /** @param released called when neither a reader nor a producer is left */
  constructor(
    private readonly log: StreamLog,
    private readonly key: string,
    private readonly released: () => void,
  ) {}

  /** Adds a reader, whose source produces the stream where nobody does. */
  add(offer: ReplayOffer): void {
    this.#offers.add(offer)
  }

  remove(offer: ReplayOffer): void {
    this.#offers.delete(offer)
    if (this.#offers.size === 0) this.#watch?.clear()
    this.#releaseIfUnused()
  }

  /**
   * Makes sure that somebody produces the stream, unless it has ended.
   *
   * @throws LastbyteError as `claim` of the log does
   */
  async ensure(offer: ReplayOffer): Promise<void> {
    if (this.#closed || this.#recording !== undefined) return
    this.#claiming ??= this.#claim(offer).finally(() => {
      this.#claiming = undefined
      this.#releaseIfUnused()
    })
    await this.#claiming
  }

  async #claim(offer: ReplayOffer): Promise<void> {
    const claim = await this.log.claim(this.key, 'free')
    if (claim.kind === 'claimed') return this.#begin(claim, offer)
    if (claim.kind === 'held') this.#watchLater()
  }

  async #begin({ producer, tail }: Claimed, offer: ReplayOffer): Promise<void> {
    const isFirst = tail.count === 0
    if (this.#closed) return producer.pause(undefined)
    if (!isFirst && (tail.own === undefined || typeof offer.source !== 'function')) {
      const message = `Cannot continue the stream ${this.key}: its last event has no id of its source, or the source is no function`
      const lost = new LastbyteError('PRODUCER_LOST', message, { key: this.key, count: tail.count })
      offer.report(lost, 'cannot continue the source of a stream')
      return producer.end({ kind: 'failed', failure: describeFailure(lost, false) })
    }
    const control = new AbortController()
    const { signal } = control
    const context = offer.contextOf({
      lastEventId: tail.own,
      signal: AbortSignal.any([signal, producer.fenced]),
    })
    let source: AsyncIterator<SourceEvent>
    offer.taken = true
    try {
      source = new StreamReader(offer.source, context)
    } catch (error) {
      await producer.pause(undefined)
      throw error
    }
    const over = recordSource(source, producer, tail, signal).then((recorded) => {
      this.#recording = undefined
      control.abort()
      this.#settle(recorded, offer)
      this.#releaseIfUnused()
    })
    this.#recording = { control, over }
  }

  #settle(recorded: Recorded, { report }: ReplayOffer): void {
    // Those who read here are still to learn who produces now.
    if (recorded.kind === 'fenced' && this.#offers.size > 0) this.#watchLater()
    if (recorded.kind === 'source-failed') report(recorded.error, 'the source of a stream failed')
    if (recorded.kind !== 'log-failed') return
    report(recorded.error, 'cannot log the events of a stream')
    for (const { fail } of this.#offers) fail(recorded.error)
  }

  /** A producer of another process may die without a word. */
  #watchLater(): void {
    this.#watch?.clear()
    this.#watch = new LongTimer(() => {
      const [offer] = this.#offers
      if (offer === undefined) return
      this.ensure(offer).catch((error) => {
        offer.report(error, 'cannot claim a stream')
        this.#watchLater()
      })
    }, this.log.lease / 2).unref()
  }

  /**
   * Stops producing, so that another process can continue. Waits for a log that can't be reached no longer than
   * others do before they take the stream over.
   */
  async close(): Promise<void> {
    this.#closed = true
    this.#watch?.clear()
    this.#recording?.control.abort()
    const over = Promise.all([this.#claiming?.catch(() => {}), this.#recording?.over])
    let timer: LongTimer | undefined
    const elapsed = new Promise<void>((resolve) => {
      timer = new LongTimer(resolve, this.log.lease)
    })
    await Promise.race([over, elapsed])
    timer?.clear()
  }

  #releaseIfUnused(): void {
    if (this.#offers.size > 0 || this.#recording || this.#claiming) return
    this.#watch?.clear()
    this.released()
  }
}

/** Discards the source of an offer that has not been used. Never throws. */
export function discardOffer({ source, taken }: ReplayOffer): void {
  if (!taken) discardSource(source)
}
