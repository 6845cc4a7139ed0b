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

/** An event as it is sent. */
interface SerializedEvent {
  readonly text: string
  /** undefined: without the line of an id. */
  readonly id: string | undefined
}

/** The event of an item of an application. @throws LastbyteError BAD_EVENT */
export function eventOf(item: ServerSentEvent | string): ServerSentEvent {
  const event = typeof item === 'string' ? { data: item } : item
  if (typeof event !== 'object' || event === null || event instanceof Uint8Array) {
    throw invalid('event', `expected an object or a string; received ${nameOf(event)}`)
  }
  return event
}

/** How the items of a stream are sent. */
interface ItemForm<T> {
  /** @throws LastbyteError BAD_EVENT */
  text(item: T): string
  /** The id of the last event of the item that has one. Called after `text`. */
  idOf(item: T): string | undefined
  /** The number of its events. */
  sizeOf(item: T): number
}

/** An item is one event of an application. */
const APPLICATION_EVENT: ItemForm<ServerSentEvent | string> = {
  text(item) {
    const event = eventOf(item)
    const text = formatEvent(event)
    const id = idOf(event)
    if (id !== undefined && isTerminalId(id)) {
      throw invalid('id', `expected no :end or :failed at its end; received "${id}"`)
    }
    return text
  },
  idOf: (item) => (typeof item === 'string' ? undefined : idOf(item)),
  sizeOf: () => 1,
}

function idOf({ id }: ServerSentEvent): string | undefined {
  return id === undefined ? undefined : formatEventId(id)
}

/** An item is several events of a log. */
const LOGGED_EVENTS: ItemForm<readonly SerializedEvent[]> = {
  text(events) {
    let text = ''
    for (const event of events) text += event.text
    return text
  },
  idOf: (events) => events.at(-1)?.id,
  sizeOf: (events) => events.length,
}

/** Frames of events, with a terminal `end` or `error` event. */
export class EventFraming<T> implements Framing<T> {
  readonly contentType = `${EVENT_STREAM_TYPE}; charset=utf-8`
  readonly opening: string
  readonly heartbeat = ':\n\n'
  /** The number of events that have been framed, and the id of the last one that has an id. */
  #framed = 0
  #framedId: string
  /** The same of those that have been passed on to the response. */
  #sent = 0
  #sentId: string

  readonly #errorEvent: string
  readonly #now: () => number

  private constructor(
    { retry, lastEventId = '', errorEvent, now }: EventFramingOptions,
    private readonly form: ItemForm<T>,
  ) {
    this.#errorEvent = errorEvent
    this.#now = now
    this.opening = retry === undefined ? '' : formatEvent({ retry })
    this.#framedId = lastEventId
    this.#sentId = lastEventId
  }

  /** For the events of an application. */
  static ofItems(options: EventFramingOptions): EventFraming<ServerSentEvent | string> {
    return new EventFraming(options, APPLICATION_EVENT)
  }

  /** For events of a log, each with an id, which are serialized once for all readers. An item is several of them. */
  static ofSerialized(options: EventFramingOptions): EventFraming<readonly SerializedEvent[]> {
    return new EventFraming(options, LOGGED_EVENTS)
  }

  frame(item: T): string {
    const text = this.form.text(item)
    this.#framedId = this.form.idOf(item) ?? this.#framedId
    this.#framed += this.form.sizeOf(item)
    return text
  }

  flushed(): void {
    this.#sent = this.#framed
    this.#sentId = this.#framedId
  }

  end(): string {
    const id = terminalId(this.#framedId, 'end')
    return formatFrameEvent({ type: 'end', size: this.#framed }, { id })
  }

  /** A retryable failure has no id, so that the client resumes after the last event. */
  failure(error: unknown): string {
    const lastId = this.#sentId
    const described = describeFailure(error, lastId !== '')
    const id = described.retryable ? undefined : terminalId(lastId, 'failed')
    const timestamp = new Date(this.#now()).toISOString()
    const failure = { ...described, timestamp, offset: this.#sent }
    return formatFrameEvent({ type: 'error', error: failure }, { id, event: this.#errorEvent })
  }
}

function nameOf(value: unknown): string {
  if (value instanceof Uint8Array) return 'bytes'
  return value === null ? 'null' : typeof value
}

function invalid(member: string, reason: string): LastbyteError {
  return new LastbyteError('BAD_EVENT', `Cannot send the event: ${member}: ${reason}`, { member })
}
