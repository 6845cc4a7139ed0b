import type { FastifyRequest } from 'fastify'
import type { StreamLog } from '../stream-log/stream-log.js'

/**
 * Checks again, while a stream is open, whether a request may still read it. The result `false`, a
 * rejection or a thrown error ends the stream with UNAUTHORIZED.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte, { type Reauthorize } from 'lastbyte'
 *
 * const reauthorize: Reauthorize = () => false
 * async function* events() {
 *   yield 'first'
 *   await new Promise(() => {})
 * }
 * const app = Fastify()
 * await app.register(lastbyte, { serve: false })
 * app.get('/', (_request, reply) => reply.eventStream(events(), { reauthorize, reauthorizeInterval: 10 }))
 * const url = await app.listen({ host: '127.0.0.1', port: 0 })
 * assert.match(await (await fetch(url)).text(), /"code":401/)
 * await app.close()
 * ```
 */
export type Reauthorize = (request: FastifyRequest) => unknown

/**
 * Options of one `reply.ndjson`. Times are in ms.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte, { type StreamOptions } from 'lastbyte'
 *
 * const options: StreamOptions = { heartbeat: 5_000, signal: AbortSignal.timeout(1_000) }
 * const app = Fastify()
 * await app.register(lastbyte, { serve: false })
 * app.get('/', (_request, reply) => reply.ndjson([{ n: 1 }], options))
 * const url = await app.listen({ host: '127.0.0.1', port: 0 })
 * assert.match(await (await fetch(url)).text(), /"type":"end"/)
 * await app.close()
 * ```
 */
export interface StreamOptions {
  /**
   * ms between two heartbeats while there is nothing to send; 0 for none.
   *
   * @default 15_000
   */
  heartbeat?: number
  /**
   * ms for which the header section waits for the first item. A failure in that time is an error status.
   *
   * @default 1_000
   */
  openAfter?: number
  /** Checks while the stream is open whether it may continue. Default: none. */
  reauthorize?: Reauthorize
  /**
   * ms between two calls of `reauthorize`, and the time in which each must settle.
   *
   * @default 60_000
   */
  reauthorizeInterval?: number
  /** Cancels the stream when it is aborted: its last frame has the type `cancelled`. Default: none. */
  signal?: AbortSignal
}

/**
 * Options of one `reply.eventStream`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte, { type EventStreamOptions } from 'lastbyte'
 *
 * const options: EventStreamOptions = { retry: 2_000, jitter: 0, errorEvent: 'failure' }
 * const app = Fastify()
 * await app.register(lastbyte, { serve: false })
 * app.get('/', (_request, reply) => reply.eventStream(['first'], options))
 * const url = await app.listen({ host: '127.0.0.1', port: 0 })
 * assert.match(await (await fetch(url)).text(), /^retry: 2000$/m)
 * await app.close()
 * ```
 */
export interface EventStreamOptions extends StreamOptions {
  /** ms after which a client whose connection broke reconnects. Default: the client's own. */
  retry?: number
  /**
   * The largest part of `retry` that is added at random, so that clients don't all reconnect at once.
   *
   * @default 0.5
   */
  jitter?: number
  /**
   * The name of the event that reports a failure. EventSource fires an event of the default name for a
   * broken connection too.
   *
   * @default 'error'
   */
  errorEvent?: string
  /**
   * The name of the stream in a log: all requests with this key read one stream, which has one producer. The events
   * get ids of the log. The key must name whoever may read the stream: it is not derived from the URL. 1 to 1,024
   * characters. Default: none, the source is read for this request alone.
   */
  key?: string
  /** The log of a stream with a `key`. Default: `streams.log` of the registration, otherwise a `memoryLog()`. */
  log?: StreamLog
}

/**
 * Defaults for all streams of a registration, files that are sent in frames included.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte, { type StreamDefaults } from 'lastbyte'
 *
 * const streams: StreamDefaults = { retry: 1_000, jitter: 0 }
 * const app = Fastify()
 * await app.register(lastbyte, { serve: false, streams })
 * app.get('/', (_request, reply) => reply.eventStream(['first']))
 * const url = await app.listen({ host: '127.0.0.1', port: 0 })
 * assert.match(await (await fetch(url)).text(), /^retry: 1000$/m)
 * await app.close()
 * ```
 */
export interface StreamDefaults extends Omit<EventStreamOptions, 'signal' | 'key'> {
  /**
   * ms without growth after which a followed file counts as complete.
   *
   * @default 60_000
   */
  followIdle?: number
}
