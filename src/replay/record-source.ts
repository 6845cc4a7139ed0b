import { BoundedWait } from '../async/bounded-wait.js'
import { releaseIterator } from '../async/release-iterator.js'
import { eventOf } from '../body/event-framing.js'
import { toError } from '../errors.js'
import { formatEventId, formatEventWithoutId, type ServerSentEvent } from '../http/event-stream.js'
import { describeFailure } from '../http/stream-error.js'
import type { LogProducer, LogTail, NewEvent } from '../stream-log/stream-log.js'

export type SourceEvent = ServerSentEvent | string

/** Why the recording of a source is over. */
export type Recorded =
  | { readonly kind: 'finished' }
  /** The source failed. The log has its failure. */
  | { readonly kind: 'source-failed'; readonly error: Error }
  /** The log failed: other readers of this process don't learn of it from the log. */
  | { readonly kind: 'log-failed'; readonly error: Error }
  /** Another producer has claimed the stream. */
  | { readonly kind: 'fenced' }
  /** The signal was aborted. */
  | { readonly kind: 'interrupted' }

/** Characters of events that wait for the log, at which no further event is requested. */
const QUEUE_LIMIT = 64 * 1024

/**
 * Appends the events of a source to a log until the source ends, another producer claims the stream, or the
 * signal is aborted. Never waits for a reader. Events that the source yields while the log stores others are
 * appended together. Never rejects.
 */
export async function recordSource(
  source: AsyncIterator<SourceEvent>,
  producer: LogProducer,
  tail: LogTail,
  signal: AbortSignal,
): Promise<Recorded> {
  const queue = new AppendQueue(producer)
  const wait = new BoundedWait(AbortSignal.any([signal, producer.fenced]))
  let { count, own } = tail
  try {
    try {
      for (;;) {
        const { done, value } = await wait.for(source.next())
        if (done) break
        const event = newEvent(value)
        own = event.own
        count += 1
        if (queue.add(event) === 'full') await queue.drained()
      }
    } catch (thrown) {
      releaseIterator(source)
      await queue.flushed()
      if (producer.fenced.aborted) return { kind: 'fenced' }
      if (signal.aborted) {
        await producer.pause(undefined)
        return { kind: 'interrupted' }
      }
      if (queue.failure !== undefined) throw queue.failure
      const error = toError(thrown)
      // Another producer can continue the source after an id of its own, or at its beginning.
      const failure = describeFailure(error, own !== undefined || count === 0)
      if (failure.retryable) await producer.pause(failure)
      else await producer.end({ kind: 'failed', failure })
      return { kind: 'source-failed', error }
    }
    await queue.flushed()
    if (queue.failure !== undefined) throw queue.failure
    await producer.end({ kind: 'finished' })
    return { kind: 'finished' }
  } catch (thrown) {
    return logFailure(producer, toError(thrown))
  } finally {
    wait.close()
  }
}

async function logFailure(producer: LogProducer, error: Error): Promise<Recorded> {
  if (producer.fenced.aborted || (error as { code?: string }).code === 'FENCED') {
    return { kind: 'fenced' }
  }
  const failure = describeFailure(error, true)
  try {
    if (failure.retryable) await producer.pause(failure)
    else await producer.end({ kind: 'failed', failure })
    return { kind: 'source-failed', error }
  } catch {
    return { kind: 'log-failed', error }
  }
}

/** @throws LastbyteError BAD_EVENT */
function newEvent(item: SourceEvent): NewEvent {
  const event = eventOf(item)
  const own = event.id === undefined ? '' : formatEventId(event.id)
  return { text: formatEventWithoutId(event), own: own === '' ? undefined : own }
}

/** The events that the source has yielded and the log has not stored. */
class AppendQueue {
  #events: NewEvent[] = []
  #characters = 0
  #flushing: Promise<void> | undefined
  failure: Error | undefined

  constructor(private readonly producer: LogProducer) {}

  /** @throws what the log throws */
  add(event: NewEvent): 'full' | 'open' {
    if (this.failure !== undefined) throw this.failure
    this.#events.push(event)
    this.#characters += event.text.length
    this.#flushing ??= this.#flush()
    return this.#characters < QUEUE_LIMIT ? 'open' : 'full'
  }

  /** @throws what the log throws */
  async drained(): Promise<void> {
    await this.#flushing
    if (this.failure !== undefined) throw this.failure
    // A source that never waits must not keep the process from anything else.
    await new Promise(setImmediate)
  }

  async flushed(): Promise<void> {
    await this.#flushing
  }

  async #flush(): Promise<void> {
    // After the microtasks, so that the events of a source that doesn't wait are appended together.
    await new Promise<void>((resolve) => process.nextTick(resolve))
    while (this.#events.length > 0 && this.failure === undefined) {
      const events = this.#events
      this.#events = []
      this.#characters = 0
      try {
        await this.producer.append(events)
      } catch (error) {
        this.failure = toError(error)
      }
    }
    this.#flushing = undefined
  }
}
