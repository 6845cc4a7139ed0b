import { LastbyteError } from '../errors.js'
import { EVENT_STREAM_TYPE, formatEvent, type ServerSentEvent } from '../http/event-stream.js'
import { formatFrameEvent } from '../http/frame.js'
import { describeFailure } from '../http/stream-error.js'
import { isTerminalId, terminalId } from '../http/stream-id.js'
import type { Framing } from './framing.js'

export interface EventFramingOptions {
  /** ms after which a client that was cut off asks again; undefined for the client's own choice. */
  readonly retry: number | undefined
  /** The name of the event that tells a failure. */
  readonly errorEvent: string
  /** What the client has had before this stream. */
  readonly lastEventId: string | undefined
  /** ms since the epoch. */
  readonly now: () => number
}

/** An application's events, and the two that end them. */
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
      throw bad('event', 'wants an object with a member such as data, or a string')
    }
    const { id } = event
    if (id !== undefined) {
      this.#lastId = String(id)
      if (isTerminalId(this.#lastId)) throw bad('id', 'wants no :end or :failed at its end')
    }
    const text = formatEvent(event)
    this.#count += 1
    return text
  }

  end(): string {
    const id = terminalId(this.#lastId, 'end')
    return formatFrameEvent({ type: 'end', size: this.#count }, { id })
  }

  /** One that may be retried has no id, so that the client goes on after the last event. */
  failure(error: unknown): string {
    const { errorEvent: event, now } = this.options
    const described = describeFailure(error, this.#lastId !== '')
    const id = described.retryable ? undefined : terminalId(this.#lastId, 'failed')
    const timestamp = new Date(now()).toISOString()
    const failure = { ...described, timestamp, offset: this.#count }
    return formatFrameEvent({ type: 'error', error: failure }, { id, event })
  }
}

function bad(member: string, why: string): LastbyteError {
  return new LastbyteError('BAD_EVENT', `Cannot send event: ${member}: ${why}`, { member })
}
