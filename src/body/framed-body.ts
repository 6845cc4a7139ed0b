import { releaseIterator } from '../async/release-iterator.js'
import { asLastbyteError } from '../errors.js'
import type { Due } from './due-timer.js'
import type { Flushed, FrameTurns } from './frame-turns.js'
import type { Framing } from './framing.js'
import type { TextReader, TextSource } from './text-source.js'

/** When chunks are sent while the source yields nothing. */
export interface FramePace {
  /** ms after which a heartbeat is sent in place of the first frame, so that the header section is sent. */
  readonly openAfter: number
  /** ms between two heartbeats; 0 for none. */
  readonly heartbeat: number
}

/** Characters of buffered text at which no further item is requested in this turn. */
export const FRAMES_PER_TURN = 16 * 1024

/**
 * The chunks of a framed stream. Each chunk holds whole frames: all items that the source yields within
 * one turn of the event loop, up to a limit. A source that never waits thus can't block other streams.
 * Items are requested only while a read is pending, so that a slow client buffers one chunk and one
 * item. An error is delivered after the text that precedes it.
 */
export class FramedBody<T> implements AsyncIterator<Uint8Array>, TextSource, Flushed, Due {
  #text = ''
  /** Whether the framing's opening has been sent. */
  #opened = false
  /** Whether an item has been requested and has not arrived. */
  #requested = false
  #ended = false
  #failure: { readonly error: unknown } | undefined
  #reader: TextReader | undefined
  #flushScheduled = false
  /** The turn of the event loop in which the last chunk was sent; at most one is sent in a turn. */
  #sentIn = -1
  /** When a heartbeat is sent, unless a chunk was sent less than `heartbeat` before. */
  #dueAt = 0
  /** When the last chunk was sent, by performance.now(). */
  #sentAt = 0

  constructor(
    private readonly source: AsyncIterator<T>,
    private readonly framing: Framing<T>,
    private readonly pace: FramePace,
    private readonly turns: FrameTurns,
  ) {
    this.#wait(pace.openAfter)
  }

  next(): Promise<IteratorResult<Uint8Array>> {
    return new Promise((resolve, reject) => {
      this.pull({
        text: (text) => resolve({ done: false, value: Buffer.from(text) }),
        end: () => resolve({ done: true, value: undefined }),
        fail: reject,
      })
    })
  }

  pull(reader: TextReader): void {
    this.#reader = reader
    if (this.#ended) this.#flush()
    else this.#request()
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

  #request(): void {
    if (this.#text !== '' && !this.#flushScheduled) this.#scheduleFlush()
    if (this.#requested || this.#text.length >= FRAMES_PER_TURN) return
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
    else if (this.#reader !== undefined) this.#request()
  }

  readonly #onError = (error: unknown): void => {
    if (this.#ended) return
    this.#failure = { error }
    this.#end()
    this.#flush()
  }

  #scheduleFlush(): void {
    this.#flushScheduled = true
    if (this.#sentIn === this.turns.current) this.turns.inNextTurn(this)
    else this.turns.afterMicrotasks(this)
  }

  /** Called by the turns. */
  flush(): void {
    this.#flushScheduled = false
    this.#flush()
  }

  /** Passes the buffered text, or the end of the stream, to the reader that waits for it. */
  #flush(): void {
    const reader = this.#reader
    if (reader === undefined || (this.#text === '' && !this.#ended)) return
    this.#reader = undefined
    if (this.#text === '') {
      if (this.#failure === undefined) reader.end()
      else reader.fail(this.#failure.error)
      return
    }
    const text = this.#opened ? this.#text : this.framing.opening + this.#text
    this.#text = ''
    this.framing.flushed()
    this.#sentIn = this.turns.current
    this.#sentAt = this.turns.now
    if (!this.#opened && !this.#ended) this.#scheduleHeartbeat(this.pace.heartbeat)
    this.#opened = true
    // Last, since the reader may pull again.
    reader.text(text)
  }

  /** A chunk doesn't restart the timer; the timer is scheduled again for the rest when it fires. */
  #scheduleHeartbeat(ms: number): void {
    if (this.pace.heartbeat > 0) this.#wait(ms)
    else this.turns.heartbeats.delete(this)
  }

  #wait(ms: number): void {
    // Whole ms take no memory of their own.
    this.#dueAt = Math.ceil(performance.now() + ms)
    this.turns.heartbeats.add(this)
  }

  get dueAt(): number {
    return this.#dueAt
  }

  /** Without a pending read the client accepts nothing: heartbeats would only accumulate. */
  onDue(): void {
    const { heartbeat } = this.pace
    const remaining = this.#opened ? heartbeat - (performance.now() - this.#sentAt) : 0
    if (remaining < 1 && this.#reader !== undefined) {
      this.#text += this.framing.heartbeat
      this.#flush()
    }
    // The reader may have stopped when it got the heartbeat.
    if (!this.#ended) this.#scheduleHeartbeat(remaining < 1 ? heartbeat : remaining)
  }

  #end(): void {
    this.#ended = true
    this.turns.heartbeats.delete(this)
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
