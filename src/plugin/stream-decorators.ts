import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { EventFraming } from '../body/event-framing.js'
import { RowFraming } from '../body/row-framing.js'
import { discardSource, StreamReader, type StreamSource } from '../body/stream-source.js'
import { LastbyteError } from '../errors.js'
import type { ServerSentEvent } from '../http/event-stream.js'
import { decodeLastEventId } from '../http/stream-id.js'
import type { RegistrationContext } from '../request/context.js'
import type { ApplicationStream } from '../response/prepare-stream.js'
import { sendStream } from '../response/send-stream.js'
import type { Settings } from '../settings/settings.js'
import type { EventStreamOptions, StreamOptions } from '../settings/stream-options.js'
import { type CallSettings, retryOf, settleStream } from '../settings/stream-settings.js'

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
interface StreamCall<T> extends Pick<ApplicationStream<T>, 'stops'> {
  readonly source: StreamSource<T, StreamContext>
  readonly options: unknown
  readonly formOf: (settings: CallSettings) => ApplicationStream<T>['framing']
}

/** Adds `reply.eventStream` and `reply.ndjson`. */
export function decorateStreams(
  fastify: FastifyInstance,
  context: RegistrationContext<Settings>,
): void {
  const begun = new WeakSet<FastifyReply>()
  const send = <T>(reply: FastifyReply, call: StreamCall<T>): FastifyReply => {
    const { source, options, formOf, stops } = call
    const settings = settleStream(options, context.settings.streams)
    const framing = formOf(settings)
    const items = (signal: AbortSignal) => new StreamReader(source, { ...contextOf(reply), signal })
    begun.add(reply)
    sendStream(context, reply, { items, framing, settings, stops }, settings.signal)
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

  fastify.decorateReply('eventStream', function (source: EventSourceOf, options) {
    const { lastEventId } = contextOf(this)
    const formOf = (settings: CallSettings) => {
      const retry = retryOf(settings, Math.random())
      return new EventFraming({
        retry,
        errorEvent: settings.errorEvent,
        lastEventId,
        now: Date.now,
      })
    }
    return begin(this, { source, options, formOf, stops: 'at once' })
  })

  fastify.decorateReply('ndjson', function (source: RowSource, options) {
    const formOf = () => new RowFraming(Date.now)
    return begin(this, { source, options, formOf, stops: 'after the grace' })
  })
}

function contextOf({ request }: FastifyReply): Omit<StreamContext, 'signal'> {
  return { lastEventId: decodeLastEventId(request.headers['last-event-id']), request }
}
