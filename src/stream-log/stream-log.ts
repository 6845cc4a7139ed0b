import type { FailureDescription } from '../http/stream-error.js'

/** An event as it is stored: its text without the line of the id, which the log assigns. */
export interface NewEvent {
  /** As it is sent, with the blank line that ends it. */
  readonly text: string
  /** The id that the source gave it, with which a later producer continues the source. */
  readonly own: string | undefined
}

/** An event of a log, as it is sent. */
export interface LoggedEvent {
  readonly id: string
  /** The whole event, with its id and the blank line that ends it. */
  readonly text: string
}

/** How a stream has ended. Nothing follows. */
export type LogEnding =
  | { readonly kind: 'finished' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly failure: FailureDescription }

/** What a reader receives. */
export type LogBatch =
  /** At least one event. */
  | { readonly kind: 'events'; readonly events: readonly LoggedEvent[] }
  | { readonly kind: 'ended'; readonly ending: LogEnding }
  /** The producer has given the stream up, and nobody has claimed it since. Reported once for each producer. */
  | { readonly kind: 'paused'; readonly failure: FailureDescription | undefined }
  /** The reader has been closed. */
  | { readonly kind: 'closed' }

/** What is known of the events that a new producer follows. */
export interface LogTail {
  /** The number of events that were ever appended. */
  readonly count: number
  /** The id that the source gave the last one; undefined if it had none, or there is no event. */
  readonly own: string | undefined
}

/** The result of claiming a stream. */
export type LogClaim =
  | { readonly kind: 'claimed'; readonly producer: LogProducer; readonly tail: LogTail }
  /** Another producer is alive. */
  | { readonly kind: 'held' }
  | { readonly kind: 'ended' }
  /** There is no such stream. Only where `whose` is `theirs`. */
  | { readonly kind: 'absent' }

/**
 * The one producer of a stream. As soon as another one has claimed it, each call fails with FENCED. After `end` or
 * `pause`, also one that failed, it shows no more signs of life, so that others can claim the stream after its lease.
 */
export interface LogProducer {
  /** Aborted with a FENCED error when the log notices another claim. */
  readonly fenced: AbortSignal
  /**
   * Appends events. Resolves when all readers can have them, also those of other nodes.
   *
   * @throws LastbyteError FENCED; BAD_EVENT for an event that is larger than a stream may be
   */
  append(events: readonly NewEvent[]): Promise<void>
  /** Ends the stream for ever. @throws LastbyteError FENCED */
  end(ending: LogEnding): Promise<void>
  /** Gives the stream up, so that it can be claimed at once. @throws LastbyteError FENCED */
  pause(failure: FailureDescription | undefined): Promise<void>
}

/** One reader. It holds a position, and no events: however slow it is, it costs nothing. */
export interface LogReader {
  /**
   * The next events. Waits while there is none. One call at a time.
   *
   * @throws LastbyteError GAP if the log has dropped the next event
   */
  read(): Promise<LogBatch>
  /** Settles a pending `read`. */
  close(): void
}

/**
 * An append-only log of event streams, from which `reply.eventStream` replays. Ids are assigned by the log, and
 * it is bounded by age and bytes. Implementations: `memoryLog`, `fileLog`, `redisLog`.
 *
 * Of the producers of one stream only the last one that claimed it can append: the log fences the others. What a
 * reader has received never changes, whoever produces.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { memoryLog, type StreamLog } from 'lastbyte'
 *
 * const log: StreamLog = memoryLog()
 * const claim = await log.claim('chat-1', 'free')
 * assert(claim.kind === 'claimed')
 * await claim.producer.append([{ text: 'data: first\n\n', own: undefined }])
 * const reader = await log.open('chat-1', undefined)
 * const batch = await reader.read()
 * assert(batch.kind === 'events')
 * assert.match(batch.events[0]?.text ?? '', /^id: 1-\S+\ndata: first\n\n$/)
 * reader.close()
 * ```
 */
export interface StreamLog {
  /** ms after which a producer that is not heard of counts as dead. */
  readonly lease: number
  /**
   * Makes the caller the producer of a stream.
   *
   * @param whose `free`: a stream without a living producer, which is created where it is absent. `theirs`: an
   *   existing stream, also that of a living producer, which is fenced.
   * @throws LastbyteError LOG_FULL, SOURCE_FAILED
   */
  claim(key: string, whose: 'free' | 'theirs'): Promise<LogClaim>
  /**
   * Opens a stream for reading.
   *
   * @param after the id of the last event that the reader has received; undefined for the oldest one
   * @throws LastbyteError GAP if the log doesn't have the event after this id, or doesn't know the id or the stream
   */
  open(key: string, after: string | undefined): Promise<LogReader>
}
