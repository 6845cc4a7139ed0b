import { LastbyteError } from '../errors.js'
import type { FailureDescription } from '../http/stream-error.js'
import { StreamError } from '../http/stream-error.js'
import type { LogEnding, LoggedEvent, LogReader, StreamLog } from '../stream-log/stream-log.js'
import type { ReplayedStream, ReplayOffer } from './replayed-stream.js'

/** The stream of a reader, and how it joins it. */
export interface ReplayRequest {
  readonly log: StreamLog
  readonly key: string
  readonly stream: () => ReplayedStream
  readonly offer: ReplayOffer
  /** Gives the source of the offer up, where nothing has called it. */
  readonly discard: () => void
  /** The id of the last event that the reader has received. */
  readonly lastEventId: string | undefined
}

type Events = readonly LoggedEvent[]

const END: IteratorResult<Events> = { done: true, value: undefined }

/** Characters of events that are passed on at once: what a response sends in one turn of the event loop. */
const PIECE = 8 * 1024

/** The events of a logged stream after the last one that a reader has received, until the stream ends. */
export class Replay implements AsyncIterator<Events> {
  #events: Events = []
  #at = 0
  #stream: ReplayedStream | undefined
  #reader: LogReader | undefined
  #closed = false
  #failure: Error | undefined

  constructor(private readonly request: ReplayRequest) {}

  next(): Promise<IteratorResult<Events>> {
    const start = this.#at
    if (start === this.#events.length) return this.#more()
    for (let size = 0; size < PIECE && this.#at < this.#events.length; this.#at += 1) {
      size += this.#events[this.#at]?.text.length ?? 0
    }
    return Promise.resolve({ done: false, value: this.#events.slice(start, this.#at) })
  }

  /** Leaves the stream, whose producer goes on. */
  async return(): Promise<IteratorResult<Events>> {
    this.#close()
    return END
  }

  /** Ends the replay with an error that the log doesn't have. */
  fail(error: Error): void {
    this.#failure = error
    this.#reader?.close()
  }

  async #more(): Promise<IteratorResult<Events>> {
    try {
      return (await this.#read()) ?? END
    } catch (error) {
      this.#close()
      throw error
    }
  }

  async #read(): Promise<IteratorResult<Events> | undefined> {
    const reader = this.#reader ?? (await this.#open())
    while (!this.#closed) {
      const batch = await reader.read()
      if (this.#failure !== undefined) throw this.#failure
      switch (batch.kind) {
        case 'events':
          this.#events = batch.events
          this.#at = 0
          return this.next()
        case 'ended':
          requireFinished(batch.ending)
          this.#close()
          return END
        case 'paused':
          if (batch.failure !== undefined) throw failureOf(batch.failure)
          await this.#stream?.ensure(this.request.offer)
          break
        case 'closed':
          return END
      }
    }
    return END
  }

  /** A client whose last event the log doesn't know must not begin the stream anew. */
  async #open(): Promise<LogReader> {
    const { log, key, lastEventId, offer } = this.request
    let reader = lastEventId === undefined ? undefined : await log.open(key, lastEventId)
    if (!this.#closed) {
      this.#stream = this.request.stream()
      this.#stream.add(offer)
      await this.#stream.ensure(offer)
    }
    reader ??= await log.open(key, undefined)
    this.#reader = reader
    if (this.#closed) reader.close()
    if (this.#failure !== undefined) throw this.#failure
    return reader
  }

  #close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#reader?.close()
    this.#stream?.remove(this.request.offer)
    this.request.discard()
  }
}

function requireFinished(ending: LogEnding): void {
  if (ending.kind === 'failed') throw failureOf(ending.failure)
  if (ending.kind === 'stopped') throw new LastbyteError('STOPPED', 'The stream was stopped')
}

function failureOf({ type, code, retryable, message }: FailureDescription): StreamError {
  return new StreamError({ type, status: code, retryable }, message)
}
