import { LastbyteError } from '../errors.js'
import {
  EVENT_STREAM_TYPE,
  formatEvent,
  formatEventId,
  type ServerSentEvent,
} from '../http/event-stream.js'
import { formatFrameEvent } from '../http/frame.js'
import { describeFailure } from '../http/stream-error.js'
import { isTerminalId, terminalId } from '../http/stream-id.js'
import type { Framing } from './framing.js'

export interface EventFramingOptions {
  /** ms that a disconnected client waits before it reconnects; undefined for the client's default. */
  readonly retry: number | undefined
  /** The name of the event that describes a failure. */
  readonly errorEvent: string
  /** The Last-Event-ID of the request. */
  readonly lastEventId: string | undefined
  /** ms since the epoch. */
  readonly now: () => number
}

/** The number of events, and the id of the last one that has an id. */
interface Position {
  readonly count: number
  readonly lastId: string
}

/** An event as it is sent. */
interface SerializedEvent {
  readonly text: string
  /** undefined: without the line of an id. */
  readonly id: string | undefined
}

/** Events as they are sent. */
interface SerializedEvents extends SerializedEvent {
  readonly count: number
}

/** The event of an item of an application. @throws LastbyteError BAD_EVENT */
export function eventOf(item: ServerSentEvent | string): ServerSentEvent {
  const event = typeof item === 'string' ? { data: item } : item
  if (typeof event !== 'object' || event === null || event instanceof Uint8Array) {
    throw invalid('event', `expected an object or a string; received ${nameOf(event)}`)
  }
  return event
}

function serialize(item: ServerSentEvent | string): SerializedEvents {
  const event = eventOf(item)
  const text = formatEvent(event)
  const id = event.id === undefined ? undefined : formatEventId(event.id)
  if (id !== undefined && isTerminalId(id)) {
    throw invalid('id', `expected no :end or :failed at its end; received "${id}"`)
  }
  return { text, id, count: 1 }
}

function joined(events: readonly SerializedEvent[]): SerializedEvents {
  let text = ''
  for (const event of events) text += event.text
  return { text, id: events.at(-1)?.id, count: events.length }
}

/** Frames of events, with a terminal `end` or `error` event. */
export class EventFraming<T> implements Framing<T> {
  readonly contentType = `${EVENT_STREAM_TYPE}; charset=utf-8`
  readonly opening: string
  readonly heartbeat = ':\n\n'
  /** The events that have been framed, and those of them that have been passed on to the response. */
  #framed: Position
  #sent: Position

  private constructor(
    private readonly options: EventFramingOptions,
    private readonly serialize: (item: T) => SerializedEvents,
  ) {
    const { retry, lastEventId = '' } = options
    this.opening = retry === undefined ? '' : formatEvent({ retry })
    this.#framed = { count: 0, lastId: lastEventId }
    this.#sent = this.#framed
  }

  /** For the events of an application. */
  static ofItems(options: EventFramingOptions): EventFraming<ServerSentEvent | string> {
    return new EventFraming(options, serialize)
  }

  /** For events of a log, each with an id, which are serialized once for all readers. An item is several of them. */
  static ofSerialized(options: EventFramingOptions): EventFraming<readonly SerializedEvent[]> {
    return new EventFraming(options, joined)
  }

  frame(item: T): string {
    const { text, id, count } = this.serialize(item)
    this.#framed = { count: this.#framed.count + count, lastId: id ?? this.#framed.lastId }
    return text
  }

  flushed(): void {
    this.#sent = this.#framed
  }

  end(): string {
    const { count: size, lastId } = this.#framed
    return formatFrameEvent({ type: 'end', size }, { id: terminalId(lastId, 'end') })
  }

  /** A retryable failure has no id, so that the client resumes after the last event. */
  failure(error: unknown): string {
    const { errorEvent: event, now } = this.options
    const { count: offset, lastId } = this.#sent
    const described = describeFailure(error, lastId !== '')
    const id = described.retryable ? undefined : terminalId(lastId, 'failed')
    const timestamp = new Date(now()).toISOString()
    const failure = { ...described, timestamp, offset }
    return formatFrameEvent({ type: 'error', error: failure }, { id, event })
  }
}

function nameOf(value: unknown): string {
  if (value instanceof Uint8Array) return 'bytes'
  return value === null ? 'null' : typeof value
}

function invalid(member: string, reason: string): LastbyteError {
  return new LastbyteError('BAD_EVENT', `Cannot send the event: ${member}: ${reason}`, { member })
}
