import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { EventFraming } from '../body/event-framing.js'
import { RowFraming } from '../body/row-framing.js'
import { StreamReader, type StreamSource } from '../body/stream-source.js'
import { LastbyteError } from '../errors.js'
import type { ServerSentEvent } from '../http/event-stream.js'
import { isTerminalId, lastEventIdOf } from '../http/stream-id.js'
import type { RegistrationContext } from '../request/context.js'
import { type ApplicationStream, sendStream } from '../response/send-stream.js'
import type { Settings } from '../settings/settings.js'
import type { EventStreamOptions, StreamOptions } from '../settings/stream-options.js'
import { retryOf, settleStream } from '../settings/stream-settings.js'

/** What a function that gives a stream is called with. */
export interface StreamContext {
  /** What the client has had: go on after it. undefined where it begins. */
  readonly lastEventId: string | undefined
  /** Aborted when nobody wants more: the client has left, or the stream was ended. */
  readonly signal: AbortSignal
  readonly request: FastifyRequest
}

/** Where events come from: a string is the data of an event. */
export type EventSourceOf = StreamSource<ServerSentEvent | string, StreamContext>
/** Where rows come from: whatever JSON can tell. */
export type RowSource = StreamSource<unknown, StreamContext>

declare module 'fastify' {
  interface FastifyReply {
    /**
     * Sends Server-Sent Events (HTML Living Standard §9.2). A failure before the first event is a
     * status with problem details; after it an `error` event, and then the connection closes. An
     * `end` event says that all was given.
     *
     * @throws LastbyteError BAD_SETTING, BAD_EVENT where the source is nothing that can be read
     */
    eventStream(source: EventSourceOf, options?: EventStreamOptions): FastifyReply
    /** The same as frames of NDJSON: `data` with an offset and a row, then `end` or `error`. */
    ndjson(rows: RowSource, options?: StreamOptions): FastifyReply
  }
}

/** Adds `reply.eventStream` and `reply.ndjson`, and the answer to who has had a terminal frame. */
export function decorateStreams(
  fastify: FastifyInstance,
  context: RegistrationContext<Settings>,
): void {
  fastify.addHook('onRequest', (request, reply, goOn) => {
    const { method, headers } = request
    const id = headers['last-event-id']
    if (typeof id !== 'string' || !isTerminalId(id) || method !== 'GET') return goOn()
    // 204 makes EventSource stop (HTML Living Standard §9.2.3).
    reply.code(204).send()
  })

  const begun = new WeakSet<FastifyReply>()
  const begin = <T>(reply: FastifyReply, streamed: ApplicationStream<T>): FastifyReply => {
    if (reply.sent || begun.has(reply)) {
      const message = 'Reply was already sent, did you forget to "return reply"?'
      reply.log.warn({ err: new LastbyteError('BAD_SETTING', message) }, message)
      return reply
    }
    begun.add(reply)
    sendStream(context, streamed, reply)
    return reply
  }

  fastify.decorateReply('eventStream', function (source: EventSourceOf, options = {}) {
    const settings = settleStream(options, context.settings.streams)
    const { errorEvent } = settings
    const { lastEventId, request } = contextOf(this)
    const retry = retryOf(settings, Math.random())
    const framing = new EventFraming({ retry, errorEvent, lastEventId, now: Date.now })
    const items = (signal: AbortSignal) =>
      new StreamReader(source, { lastEventId, request, signal })
    const { signal } = options
    return begin(this, { items, framing, settings, signal, stops: 'at once' })
  })

  fastify.decorateReply('ndjson', function (rows: RowSource, options = {}) {
    const settings = settleStream(options, context.settings.streams)
    const items = (signal: AbortSignal) => new StreamReader(rows, { ...contextOf(this), signal })
    const framing = new RowFraming(Date.now)
    const { signal } = options
    return begin(this, { items, framing, settings, signal, stops: 'after the grace' })
  })
}

function contextOf({ request }: FastifyReply): Omit<StreamContext, 'signal'> {
  return { lastEventId: lastEventIdOf(request.headers['last-event-id']), request }
}
