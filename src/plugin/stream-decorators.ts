import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { EventFraming } from '../body/event-framing.js'
import { RowFraming } from '../body/row-framing.js'
import { discardSource, StreamReader, type StreamSource } from '../body/stream-source.js'
import type { Transfer } from '../delivery/transfer.js'
import { LastbyteError } from '../errors.js'
import type { ServerSentEvent } from '../http/event-stream.js'
import { decodeLastEventId } from '../http/stream-id.js'
import { EventStreams } from '../replay/event-streams.js'
import type { ProducerFacts } from '../replay/replayed-stream.js'
import type { RegistrationContext } from '../request/context.js'
import { sendStream } from '../response/send-stream.js'
import type { Settings } from '../settings/settings.js'
import type { EventStreamOptions, StreamOptions } from '../settings/stream-options.js'
import { type CallSettings, retryOf, settleStream } from '../settings/stream-settings.js'
import { memoryLog } from '../stream-log/memory/memory-log.js'
import { invalidSetting } from '../validation/option-error.js'

/**
 * The argument of a function that returns the source of a stream.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte, { type StreamContext } from 'lastbyte'
 *
 * async function* numbers({ lastEventId, signal }: StreamContext) {
 *   for (let n = Number(lastEventId ?? 0) + 1; n <= 3 && !signal.aborted; n += 1) {
 *     yield { id: String(n), data: { n } }
 *   }
 * }
 * const app = Fastify()
 * await app.register(lastbyte, { serve: false })
 * app.get('/numbers', (_request, reply) => reply.eventStream(numbers))
 * const url = await app.listen({ host: '127.0.0.1', port: 0 })
 * const response = await fetch(`${url}/numbers`, { headers: { 'last-event-id': '2' } })
 * assert.match(await response.text(), /^id: 3$/m)
 * await app.close()
 * ```
 */
export interface StreamContext {
  /** The id of the last event that the client received; undefined for a first connection. */
  readonly lastEventId: string | undefined
  /** Aborted when the stream has ended: by its last item, an error, or a disconnect of the client. */
  readonly signal: AbortSignal
  readonly request: FastifyRequest
}

/**
 * A source of events: an iterable, async iterable, Node or WHATWG stream, a promise of one, or a function
 * of the {@link StreamContext} that returns one. A string is the data of an event.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte, { type EventSourceOf } from 'lastbyte'
 *
 * const events: EventSourceOf = ['first', { event: 'tick', data: { n: 2 } }]
 * const app = Fastify()
 * await app.register(lastbyte, { serve: false })
 * app.get('/events', (_request, reply) => reply.eventStream(events))
 * const url = await app.listen({ host: '127.0.0.1', port: 0 })
 * assert.match(await (await fetch(`${url}/events`)).text(), /^data: first$/m)
 * await app.close()
 * ```
 */
export type EventSourceOf = StreamSource<ServerSentEvent | string, StreamContext>

/**
 * A source of rows, in the forms of {@link EventSourceOf}. A row is any value that JSON can represent.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte, { type RowSource } from 'lastbyte'
 *
 * const rows: RowSource = () => [{ name: 'a' }, { name: 'b' }]
 * const app = Fastify()
 * await app.register(lastbyte, { serve: false })
 * app.get('/rows', (_request, reply) => reply.ndjson(rows))
 * const url = await app.listen({ host: '127.0.0.1', port: 0 })
 * const lines = (await (await fetch(`${url}/rows`)).text()).trim().split('\n')
 * assert.equal(JSON.parse(lines.at(-1) ?? '').type, 'end')
 * await app.close()
 * ```
 */
export type RowSource = StreamSource<unknown, StreamContext>

declare module 'fastify' {
  interface FastifyInstance {
    /** The logged event streams of this application. */
    eventStreams: EventStreams
  }
  interface FastifyReply {
    /**
     * Sends Server-Sent Events (HTML Living Standard §9.2). A failure before the first event is sent as a
     * status with problem details, or as an `error` event where it is a 502, 503 or 504 and the client
     * accepts events: EventSource stops at a status. A later one is an `error` event, which ends the response. An `end`
     * event marks a stream as complete.
     *
     * @throws LastbyteError BAD_SETTING for an option, BAD_EVENT for a source that can't be read
     */
    eventStream(source: EventSourceOf, options?: EventStreamOptions): FastifyReply
    /**
     * Sends rows as frames of NDJSON: `data` with an offset and a row, then `end` or `error`.
     *
     * @throws LastbyteError BAD_SETTING for an option, BAD_EVENT for a source that can't be read
     */
    ndjson(rows: RowSource, options?: StreamOptions): FastifyReply
  }
}

/** The arguments of a decorator, and the form of its stream. */
interface StreamCall<T> {
  readonly source: StreamSource<T, StreamContext>
  readonly options: unknown
  /** Prepares the stream; the result sends it. */
  readonly prepare: (settings: CallSettings) => () => void
}

/** Adds `reply.eventStream` and `reply.ndjson`. */
export function decorateStreams(
  fastify: FastifyInstance,
  context: RegistrationContext<Settings>,
): void {
  const begun = new WeakSet<FastifyReply>()
  const usual = settleStream(undefined, context.settings.streams)
  const send = <T>(reply: FastifyReply, call: StreamCall<T>): FastifyReply => {
    const { streams: defaults } = context.settings
    const own = call.options === undefined ? usual : settleStream(call.options, defaults)
    const start = call.prepare(own)
    begun.add(reply)
    start()
    return reply
  }
  const begin = <T>(reply: FastifyReply, call: StreamCall<T>): FastifyReply => {
    try {
      if (!reply.sent && !begun.has(reply)) return send(reply, call)
    } catch (error) {
      discardSource(call.source)
      throw error
    }
    discardSource(call.source)
    const message = 'Reply was already sent, did you forget to "return reply"?'
    reply.log.warn({ err: new LastbyteError('BAD_SETTING', message) }, message)
    return reply
  }

  const defaultLog = context.settings.streams.log ?? memoryLog()
  const streams = new EventStreams(defaultLog)
  fastify.decorate('eventStreams', streams)
  fastify.addHook('preClose', () => streams.close())

  fastify.decorateReply('eventStream', function (source: EventSourceOf, options) {
    const lastEventId = lastEventIdOf(this.request)
    const prepare = (settings: CallSettings) => {
      const { errorEvent, key, log = defaultLog, signal } = settings
      const options = {
        retry: retryOf(settings, Math.random()),
        errorEvent,
        lastEventId,
        now: Date.now,
      }
      const stops = 'at once'
      if (key === undefined) {
        const framing = EventFraming.ofItems(options)
        const items = (transfer: Cancelled) => readerOf(source, transfer, this)
        return () => sendStream(context, this, { items, framing, settings, stops }, signal)
      }
      const framing = EventFraming.ofSerialized(options)
      const items = () => streams.replay({ log, key }, lastEventId, offerOf(this, source, key))
      const tells = lastEventId === undefined ? 'status' : 'event'
      return () => sendStream(context, this, { items, framing, settings, stops, tells }, signal)
    }
    return begin(this, { source, options, prepare })
  })

  fastify.decorateReply('ndjson', function (source: RowSource, options) {
    const prepare = (settings: CallSettings) => {
      const { key, signal } = settings
      if (key !== undefined) throw invalidSetting('key', 'expected none: rows are not logged', key)
      const items = (transfer: Cancelled) => readerOf(source, transfer, this)
      const framing = new RowFraming(Date.now)
      const stops = 'after the grace'
      return () => sendStream(context, this, { items, framing, settings, stops }, signal)
    }
    return begin(this, { source, options, prepare })
  })
}

/** The offer of a request to produce a logged stream. */
function offerOf({ request, log }: FastifyReply, source: EventSourceOf, key: string) {
  return {
    source: source as StreamSource<ServerSentEvent | string, object>,
    contextOf: (facts: ProducerFacts): StreamContext => ({ ...facts, request }),
    report: (error: Error, action: string) => log.error({ err: error, key }, action),
  }
}

type Cancelled = Pick<Transfer, 'signal'>

/** Reads a source. Only a function receives a context, whose signal is created where the source reads it. */
function readerOf<T>(
  source: StreamSource<T, StreamContext>,
  transfer: Cancelled,
  { request }: FastifyReply,
): StreamReader<T, StreamContext> {
  if (typeof source !== 'function') return new StreamReader<T, StreamContext>(source, undefined)
  return new StreamReader(source, {
    lastEventId: lastEventIdOf(request),
    request,
    get signal() {
      return transfer.signal
    },
  })
}

function lastEventIdOf({ headers }: FastifyRequest): string | undefined {
  return decodeLastEventId(headers['last-event-id'])
}
