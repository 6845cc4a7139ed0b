import { LastbyteError } from '../errors.js'
import { EVENT_STREAM_TYPE, formatEvent, type ServerSentEvent } from '../http/event-stream.js'
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

/** Frames of an application's events, with a terminal `end` or `error` event. */
export class EventFraming implements Framing<ServerSentEvent | string> {
  readonly contentType = `${EVENT_STREAM_TYPE}; charset=utf-8`
  readonly opening: string
  readonly heartbeat = ':\n\n'
  #count = 0
  #lastId: string

  constructor(private readonly options: EventFramingOptions) {
    const { retry, lastEventId = '' } = options
    this.opening = retry === undefined ? '' : formatEvent({ retry })
    this.#lastId = lastEventId
  }

  frame(item: ServerSentEvent | string): string {
    const event = typeof item === 'string' ? { data: item } : item
    if (typeof event !== 'object' || event === null || event instanceof Uint8Array) {
      throw invalid('event', `expected an object or a string; received ${nameOf(event)}`)
    }
    const { id } = event
    if (id !== undefined) {
      this.#lastId = String(id)
      if (isTerminalId(this.#lastId)) {
        throw invalid('id', `expected no :end or :failed at its end; received "${this.#lastId}"`)
      }
    }
    const text = formatEvent(event)
    this.#count += 1
    return text
  }

  end(): string {
    const id = terminalId(this.#lastId, 'end')
    return formatFrameEvent({ type: 'end', size: this.#count }, { id })
  }

  /** A retryable failure has no id, so that the client resumes after the last event. */
  failure(error: unknown): string {
    const { errorEvent: event, now } = this.options
    const described = describeFailure(error, this.#lastId !== '')
    const id = described.retryable ? undefined : terminalId(this.#lastId, 'failed')
    const timestamp = new Date(now()).toISOString()
    const failure = { ...described, timestamp, offset: this.#count }
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
