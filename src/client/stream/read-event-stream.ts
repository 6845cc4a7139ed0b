import type { EventSourceMessage } from 'eventsource-parser'
import { EVENT_STREAM_TYPE } from '../../http/event-stream.js'
import { parseFrameEvent } from '../../http/frame.js'
import { isTerminalId } from '../../http/stream-id.js'
import type { Platform } from '../platform/platform.js'
import { parseEvents } from './chunk-parsers.js'
import {
  failed,
  reconnectingStream,
  type Session,
  type Step,
  streamErrorOf,
  taking,
} from './reconnecting-stream.js'
import { onPlatform, type ReadStreamOptions } from './stream-options.js'

/** An event as a client receives it (HTML Living Standard §9.2.6). */
export interface ReceivedEvent {
  /** What the server was last told to go on after; `''` where there was none. */
  readonly id: string
  /** `message` where the server names none. */
  readonly event: string
  readonly data: string
}

/** How a stream of events is read. */
export interface ReadEventStreamOptions extends ReadStreamOptions {
  /** What was had before: the server goes on after it. */
  readonly lastEventId?: string
  /** The name of the event that tells a failure. Default `error`. */
  readonly errorEvent?: string
}

/**
 * The events of a URL (HTML Living Standard §9.2), each once: a stream that breaks off is asked for
 * again from the last id on, no sooner than its `retry` says. It ends with the server's `end` event
 * or a 204.
 *
 * @throws StreamError where the server's `error` event is final; LastbyteError NOT_RESUMABLE where a
 *   stream without ids breaks off, so that something may be missing; REFUSED, GAVE_UP; the signal's
 *   reason
 */
export type ReadEventStream = (
  url: string | URL,
  options?: ReadEventStreamOptions,
) => AsyncGenerator<ReceivedEvent, void, void>

/** The same on a platform of its own. */
export function readEventStreamOn(platform: Platform): ReadEventStream {
  return (url, options = {}) =>
    onPlatform(platform, url, options, (rules, signal) => {
      const { lastEventId = '', errorEvent = 'error' } = options
      const session = new EventSession(errorEvent, rules.most, lastEventId)
      return reconnectingStream(session, rules, signal)
    })
}

class EventSession implements Session<ReceivedEvent> {
  readonly type = EVENT_STREAM_TYPE
  /** Where a stream of events ends is the server's to say. */
  readonly isIncomplete = false
  retry: number | undefined
  #given = 0

  constructor(
    private readonly errorEvent: string,
    private readonly most: number,
    private lastEventId: string,
  ) {}

  get place(): string | undefined {
    return this.lastEventId === '' ? undefined : this.lastEventId
  }

  get canGoOn(): boolean {
    return this.lastEventId !== '' || this.#given === 0
  }

  begin(): (part: Uint8Array) => Step<ReceivedEvent>[] {
    const read = parseEvents(this.most, (ms) => {
      this.retry = ms
    })
    return (part) => taking(read(part), (message) => [this.#take(message)])
  }

  #take({
    id = this.lastEventId,
    event = 'message',
    data,
  }: EventSourceMessage): Step<ReceivedEvent> {
    this.lastEventId = id
    const frame = event === this.errorEvent ? parseFrameEvent('error', data) : undefined
    if (frame?.type === 'error') return failed(streamErrorOf(frame.error))
    if (event === 'end' && isTerminalId(id)) return { kind: 'over' }
    this.#given += 1
    return { kind: 'item', item: { id, event, data } }
  }
}
