import { LongTimer } from '../async/long-timer.js'
import { releaseIterator } from '../async/release-iterator.js'
import { asLastbyteError } from '../errors.js'
import type { Framing } from './framing.js'

/** When chunks are sent while the source yields nothing. */
export interface FramePace {
  /** ms after which a heartbeat is sent in place of the first frame, so that the header section is sent. */
  readonly openAfter: number
  /** ms between two heartbeats; 0 for none. */
  readonly heartbeat: number
}

/** Characters of buffered text at which no further item is requested in this turn. */
const BUFFER_LIMIT = 8 * 1024

interface PendingRead {
  resolve(result: IteratorResult<Uint8Array>): void
  reject(error: unknown): void
}

/**
 * The chunks of a framed stream. Each chunk holds whole frames: all items that the source yields within
 * one turn of the event loop, up to a limit. A source that never waits thus can't block other streams.
 * Items are requested only while a read is pending, so that a slow client buffers one chunk and one
 * item. An error is delivered after the text that precedes it.
 */
export class FramedBody<T> implements AsyncIterator<Uint8Array> {
  #text = ''
  /** Whether the framing's opening has been sent. */
  #opened = false
  /** Whether an item has been requested and has not arrived. */
  #requested = false
  #ended = false
  #failure: { readonly error: unknown } | undefined
  #read: PendingRead | undefined
  /** Whether a flush is scheduled for the end of this turn. */
  #flushScheduled = false
  /** Set from a chunk until the next turn of the event loop; at most one chunk is sent in a turn. */
  #turn: NodeJS.Immediate | undefined
  #timer: LongTimer | undefined
  /** When the last chunk was sent, by performance.now(). */
  #sentAt = 0

  constructor(
    private readonly source: AsyncIterator<T>,
    private readonly framing: Framing<T>,
    private readonly pace: FramePace,
  ) {
    this.#timer = new LongTimer(this.#onTimer, pace.openAfter).unref()
  }

  next(): Promise<IteratorResult<Uint8Array>> {
    return new Promise((resolve, reject) => {
      this.#read = { resolve, reject }
      if (this.#ended) this.#flush()
      else this.#pull()
    })
  }

  /** Closes the source, even if it has not settled the item that was requested. */
  async return(): Promise<IteratorResult<Uint8Array>> {
    this.#end()
    this.#text = ''
    this.#failure = undefined
    this.#flush()
    this.#requested = true
    await this.source.return?.()
    return { done: true, value: undefined }
  }

  #pull(): void {
    if (this.#text !== '' && this.#turn === undefined && !this.#flushScheduled) {
      this.#flushScheduled = true
      // After the microtasks, so that items of a source that doesn't wait join this chunk.
      process.nextTick(this.#flushNow)
    }
    if (this.#requested || this.#text.length >= BUFFER_LIMIT) return
    this.#requested = true
    try {
      Promise.resolve(this.source.next()).then(this.#onResult, this.#onError)
    } catch (error) {
      this.#onError(error)
    }
  }

  readonly #onResult = (result: IteratorResult<T>): void => {
    this.#requested = false
    if (this.#ended) return
    try {
      if (result.done) {
        this.#text += this.framing.end()
        this.#end()
      } else {
        this.#text += this.framing.frame(result.value)
      }
    } catch (error) {
      // Getters and toJSON of an item may throw anything. The same item would fail again: it is final.
      this.#onError(asLastbyteError(error, 'BAD_EVENT', 'Cannot serialize an item of the stream'))
      releaseIterator(this.source)
      ignoreRejection(result)
      return
    }
    if (this.#ended) this.#flush()
    else if (this.#read !== undefined) this.#pull()
  }

  readonly #onError = (error: unknown): void => {
    if (this.#ended) return
    this.#failure = { error }
    this.#end()
    this.#flush()
  }

  readonly #flushNow = (): void => {
    this.#flushScheduled = false
    this.#flush()
  }

  readonly #onNextTurn = (): void => {
    this.#turn = undefined
    this.#flush()
  }

  /** Settles the pending read with the buffered text, or with the end of the stream. */
  #flush(): void {
    const read = this.#read
    if (read === undefined || (this.#text === '' && !this.#ended)) return
    this.#read = undefined
    if (this.#text === '') {
      if (this.#failure === undefined) read.resolve({ done: true, value: undefined })
      else read.reject(this.#failure.error)
      return
    }
    const text = this.#opened ? this.#text : this.framing.opening + this.#text
    this.#text = ''
    this.framing.flushed()
    read.resolve({ done: false, value: Buffer.from(text) })
    if (!this.#ended) this.#turn ??= setImmediate(this.#onNextTurn)
    this.#sentAt = performance.now()
    if (!this.#opened && !this.#ended) this.#scheduleHeartbeat(this.pace.heartbeat)
    this.#opened = true
  }

  /** A chunk doesn't restart the timer; the timer is scheduled again for the rest when it fires. */
  #scheduleHeartbeat(ms: number): void {
    this.#timer?.clear()
    const { heartbeat } = this.pace
    this.#timer = heartbeat > 0 ? new LongTimer(this.#onTimer, ms).unref() : undefined
  }

  /** Without a pending read the client accepts nothing: heartbeats would only accumulate. */
  readonly #onTimer = (): void => {
    const { heartbeat } = this.pace
    const remaining = this.#opened ? heartbeat - (performance.now() - this.#sentAt) : 0
    if (remaining < 1 && this.#read !== undefined) {
      this.#text += this.framing.heartbeat
      this.#flush()
    }
    this.#scheduleHeartbeat(remaining < 1 ? heartbeat : remaining)
  }

  #end(): void {
    this.#ended = true
    this.#timer?.clear()
    clearImmediate(this.#turn)
    this.#timer = undefined
    this.#turn = undefined
  }
}

/** An item that is a promise was refused; its later rejection must not end the process. */
function ignoreRejection(result: IteratorResult<unknown>): void {
  try {
    Promise.resolve(result.value).catch(() => {})
  } catch {
    // There is no result, or it cannot be read.
  }
}
