import type { EventSourceMessage } from 'eventsource-parser'
import { EVENT_STREAM_TYPE } from '../../http/event-stream.js'
import { parseFrameEvent } from '../../http/frame.js'
import { isTerminalId } from '../../http/stream-id.js'
import { type Expectations, STRING, TEXT } from '../../validation/expectation.js'
import type { Platform } from '../platform/platform.js'
import { parseEvents } from './chunk-parsers.js'
import {
  failedStep,
  mapSteps,
  reconnectingStream,
  type Session,
  type Step,
  streamErrorOf,
} from './reconnecting-stream.js'
import { onPlatform, READ_STREAM_OPTIONS, type ReadStreamOptions } from './stream-options.js'

/**
 * An event that a client received (HTML Living Standard §9.2.6).
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import { lastbyte } from 'lastbyte'
 * import { readEventStream, type ReceivedEvent } from 'lastbyte/client'
 *
 * const app = Fastify()
 * await app.register(lastbyte, { root: 'media' })
 * app.get('/ticks', (_request, reply) => reply.eventStream([1, 2, 3].map((n) => ({ id: n, data: { n } }))))
 * const url = await app.listen({ host: '127.0.0.1', port: 0 })
 *
 * const events: ReceivedEvent[] = []
 * for await (const event of readEventStream(`${url}/ticks`)) events.push(event)
 * assert.deepEqual(events[0], { id: '1', event: 'message', data: '{"n":1}' })
 * await app.close()
 * ```
 */
export interface ReceivedEvent {
  /** The last event id: of this event, or of the last one that had an id; `''` if none had. */
  readonly id: string
  /** The event type; `message` if the server sends none. */
  readonly event: string
  /** The `data` fields, joined with line feeds. */
  readonly data: string
}

/**
 * Options of `readEventStream`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createServer } from 'node:http'
 * import type { AddressInfo } from 'node:net'
 * import { readEventStream, type ReadEventStreamOptions } from 'lastbyte/client'
 *
 * const server = createServer((request, response) => {
 *   response.writeHead(200, { 'content-type': 'text/event-stream' })
 *   response.end(`id: 8\ndata: after ${request.headers['last-event-id']}\n\nid: 8:end\nevent: end\ndata: {}\n\n`)
 * }).listen(0, '127.0.0.1')
 * await new Promise((resolve) => server.once('listening', resolve))
 * const options: ReadEventStreamOptions = { lastEventId: '7', stall: 5_000 }
 * const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
 * for await (const { data } of readEventStream(url, options)) assert.equal(data, 'after 7')
 * server.close()
 * ```
 */
export interface ReadEventStreamOptions extends ReadStreamOptions {
  /**
   * The id of the last event that was processed: the stream continues after it. Default: from the
   * beginning.
   */
  readonly lastEventId?: string
  /** The name of the event that reports a failure. Default `error`. */
  readonly errorEvent?: string
}

const EVENT_STREAM_OPTIONS: Expectations<ReadEventStreamOptions> = {
  ...READ_STREAM_OPTIONS,
  lastEventId: STRING,
  errorEvent: TEXT,
}

/**
 * Reads the Server-Sent Events of a URL (HTML Living Standard §9.2) as EventSource does, with errors. Each
 * event is received once: a stream that ends early is requested again with the id of its last event in
 * Last-Event-ID, after the server's `retry` time plus up to half of it. The generator ends with the
 * server's `end` event, whose id ends in `:end`, or with a 204. Leaving the loop closes the connection.
 *
 * @throws StreamError for an `error` event of the server that is final; LastbyteError NOT_RESUMABLE if a
 *   stream without ids ends early, because events may be missing; REFUSED for a status or type that no
 *   retry can change, or an event longer than `most`; UNREACHABLE for an unknown host or an invalid
 *   certificate; GAVE_UP after `retryFor` without progress; the reason of `signal`
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import { lastbyte } from 'lastbyte'
 * import { readEventStream } from 'lastbyte/client'
 *
 * const app = Fastify()
 * await app.register(lastbyte, { root: 'media' })
 * app.get('/ticks', (_request, reply) => reply.eventStream([1, 2, 3].map((n) => ({ id: n, data: { n } }))))
 * const url = await app.listen({ host: '127.0.0.1', port: 0 })
 *
 * const ids: string[] = []
 * for await (const { id } of readEventStream(`${url}/ticks`)) ids.push(id)
 * assert.deepEqual(ids, ['1', '2', '3'])
 * await app.close()
 * ```
 */
export type ReadEventStream = (
  url: string | URL,
  options?: ReadEventStreamOptions,
) => AsyncGenerator<ReceivedEvent, void, void>

/** Creates `readEventStream` for a platform. */
export function readEventStreamOn(platform: Platform): ReadEventStream {
  return (url, options) => {
    const given = { options, expectations: EVENT_STREAM_OPTIONS }
    return onPlatform(platform, url, given, (policy, signal, settled) => {
      const { lastEventId = '', errorEvent = 'error' } = settled
      return reconnectingStream(
        new EventSession(errorEvent, policy.most, lastEventId),
        policy,
        signal,
      )
    })
  }
}

class EventSession implements Session<ReceivedEvent> {
  readonly type = EVENT_STREAM_TYPE
  /** A 204 is a proper end: only the server knows where a stream of events ends. */
  readonly isIncomplete = false
  retry: number | undefined
  #hasReceived = false

  constructor(
    private readonly errorEvent: string,
    private readonly most: number,
    private lastEventId: string,
  ) {}

  get lastId(): string | undefined {
    return this.lastEventId === '' ? undefined : this.lastEventId
  }

  get canResume(): boolean {
    return this.lastEventId !== '' || !this.#hasReceived
  }

  begin(): (chunk: Uint8Array) => Step<ReceivedEvent>[] {
    const parse = parseEvents(this.most, (ms) => {
      this.retry = ms
    })
    return (chunk) => mapSteps(parse(chunk), (message) => [this.#take(message)])
  }

  #take({
    id = this.lastEventId,
    event = 'message',
    data,
  }: EventSourceMessage): Step<ReceivedEvent> {
    this.lastEventId = id
    const frame = event === this.errorEvent ? parseFrameEvent('error', data) : undefined
    if (frame?.type === 'error') return failedStep(streamErrorOf(frame.error))
    if (event === 'end' && isTerminalId(id)) return { kind: 'end' }
    this.#hasReceived = true
    return { kind: 'item', item: { id, event, data } }
  }
}
