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

/** Frames of an application's events, with a terminal `end` or `error` event. */
export class EventFraming implements Framing<ServerSentEvent | string> {
  readonly contentType = `${EVENT_STREAM_TYPE}; charset=utf-8`
  readonly opening: string
  readonly heartbeat = ':\n\n'
  /** The events that have been framed, and those of them that have been passed on to the response. */
  #framed: Position
  #sent: Position

  constructor(private readonly options: EventFramingOptions) {
    const { retry, lastEventId = '' } = options
    this.opening = retry === undefined ? '' : formatEvent({ retry })
    this.#framed = { count: 0, lastId: lastEventId }
    this.#sent = this.#framed
  }

  frame(item: ServerSentEvent | string): string {
    const event = typeof item === 'string' ? { data: item } : item
    if (typeof event !== 'object' || event === null || event instanceof Uint8Array) {
      throw invalid('event', `expected an object or a string; received ${nameOf(event)}`)
    }
    const text = formatEvent(event)
    const lastId = event.id === undefined ? this.#framed.lastId : formatEventId(event.id)
    if (isTerminalId(lastId)) {
      throw invalid('id', `expected no :end or :failed at its end; received "${lastId}"`)
    }
    this.#framed = { count: this.#framed.count + 1, lastId }
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
