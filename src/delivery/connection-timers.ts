import type { IncomingMessage } from 'node:http'
import type { Http2ServerRequest, Http2Session, ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import type { NativeBindings } from '../native/bindings.js'
import { observeQueue, type QueueState, UNOBSERVED } from './queue-activity.js'
import type { Response } from './response-writer.js'
import { unacknowledgedBytes } from './socket-descriptor.js'
import { readSendQueues, type SendQueues, sendQueueOf } from './tcp-send-queue.js'

/** The progress of one response, which distinguishes the streams of a connection. */
export interface Progress {
  /** Incremented by each activity. */
  readonly beats: number
}

/** A socket, an HTTP/2 session or an HTTP/2 stream: what has an idle timer. */
interface Timed {
  /** ms; 0 or undefined: no timer. */
  readonly timeout?: number | undefined
  setTimeout(ms: number): unknown
}

type Connection = Socket | Http2Session | ServerHttp2Stream

interface Watched {
  /** The last response of the connection. */
  response: Response
  /** Of a stream, whose connection may be active for other streams. */
  progress: Progress | undefined
  state: QueueState
  beats: number
  /** When `beats` last changed; ms. */
  beatAt: number
}

/** Checks in the shortest timeout: a stalled client is disconnected at most a quarter of it late. */
const CHECKS_PER_TIMEOUT = 4
/** ms between two checks. A timer that is set during a response is noticed after at most the longest. */
const SHORTEST_PERIOD = 10
const LONGEST_PERIOD = 2_000
/**
 * Number of timeouts after which activity of a shared connection no longer counts for a stream without
 * progress, whose own bytes have left the queue.
 */
const TRUSTED_TIMEOUTS = 3

/**
 * Restarts the idle timers of connections while their clients receive bytes: those of Node, Fastify
 * (`connectionTimeout`, `keepAliveTimeout`, `http2SessionTimeout`) and the application (`setTimeout` of a
 * socket, session or stream).
 *
 * Node restarts them only when a write begins or the kernel has accepted it. But megabytes fit into the
 * kernel's send queue, which a slow client empties in minutes, without a write meanwhile. So a client also
 * counts as active while the queue changes. A client that acknowledges nothing restarts no timer.
 *
 * A connection is watched from a request until its response is sent and the queue is empty, so that
 * neither a complete response that is still in the queue is cut, nor an idle connection kept.
 */
export class ConnectionTimers {
  readonly #watched = new Map<Connection, Watched>()
  #timer: NodeJS.Timeout | undefined
  /** When the timer fires; ms. */
  #due = Number.POSITIVE_INFINITY

  /** @param calls undefined: the queues are read from /proc/net, where it exists */
  constructor(
    private readonly calls: Pick<NativeBindings, 'unsentBytes'> | undefined,
    private readonly now: () => number = () => performance.now(),
    private readonly queues: () => Promise<SendQueues> = readSendQueues,
  ) {}

  /** Watches the connection of a request; of HTTP/2, its stream and session. @param progress of its body */
  watch(
    { socket }: IncomingMessage | Http2ServerRequest,
    response: Response,
    progress?: Progress,
  ): void {
    if (!('stream' in response)) {
      this.#add(socket, response, undefined)
      return
    }
    const { stream } = response
    // A stream is not kept in memory once it is finished, which most are within a turn of the event loop.
    if (!response.writableFinished) this.#add(stream, response, progress)
    // Bytes of a closed stream may still be in the queue of its session.
    if (stream.session) this.#add(stream.session, response, undefined)
  }

  #add(connection: Connection, response: Response, progress: Progress | undefined): void {
    const known = this.#watched.get(connection)
    if (known === undefined) {
      const beats = progress?.beats ?? 0
      const beatAt = this.now()
      this.#watched.set(connection, { response, progress, state: UNOBSERVED, beats, beatAt })
    } else {
      // Responses of a connection are sent in order, so the last one is complete last.
      known.response = response
      known.progress = progress
    }
    this.#checkIn(periodFor(connection))
  }

  #checkIn(ms: number): void {
    const due = this.now() + ms
    if (due >= this.#due) return
    clearTimeout(this.#timer)
    this.#due = due
    this.#timer = setTimeout(() => this.#check(), ms).unref()
  }

  async #check(): Promise<void> {
    const queueOf = await this.#queueReader()
    let period = LONGEST_PERIOD
    for (const [connection, watched] of this.#watched) {
      const socket = socketOf(connection)
      if (socket === undefined) {
        this.#watched.delete(connection)
        continue
      }
      const queue = queueOf(socket)
      this.#observe(connection, watched, queue)
      const isSent = watched.response.writableFinished || watched.response.destroyed
      if (isSent && !queue) this.#watched.delete(connection)
      else period = Math.min(period, periodFor(connection))
    }
    this.#due = Number.POSITIVE_INFINITY
    if (this.#watched.size > 0) this.#checkIn(period)
  }

  #observe(connection: Connection, watched: Watched, queue: number | undefined): void {
    const { progress } = watched
    if (progress !== undefined && progress.beats !== watched.beats) {
      watched.beats = progress.beats
      watched.beatAt = this.now()
      watched.state = { queue: watched.state.queue, backlog: queue ?? 0 }
    }
    const { state, change } = observeQueue(watched.state, queue)
    watched.state = state
    if (change === 'none') return
    const quiet = progress === undefined ? 0 : this.now() - watched.beatAt
    for (const timed of timersOf(connection)) {
      const { timeout } = timed
      if (!timeout) continue
      const trusted = timed !== connection || quiet < TRUSTED_TIMEOUTS * timeout
      if (change === 'backlog' || trusted) timed.setTimeout(timeout)
    }
  }

  /** Reads the unacknowledged bytes of a socket: by a system call, or from the kernel's tables. */
  async #queueReader(): Promise<(socket: Socket) => number | undefined> {
    const { calls } = this
    if (calls !== undefined) {
      return (socket) => unacknowledgedBytes(socket, calls)
    }
    const queues = await this.queues()
    return (socket) => {
      const { localAddress, localPort, remoteAddress, remotePort } = socket
      return sendQueueOf(
        { localAddress, localPort, remoteAddress, remotePort, shared: false },
        queues,
      )
    }
  }
}

type Layered = Socket & { readonly _parent?: Layered | null }

/** The session of a stream. */
function sessionOf(connection: Connection): Http2Session | undefined {
  if ('goaway' in connection) return connection
  return 'session' in connection ? connection.session : undefined
}

/** The socket of a connection; undefined if it is closed. */
function socketOf(connection: Connection): Layered | undefined {
  const session = sessionOf(connection)
  const bottom = session ?? connection
  if (connection.destroyed || bottom.destroyed) return undefined
  return (session === undefined ? connection : session.socket) as Layered
}

/** The timers that restart when bytes move, those of the TCP sockets below TLS sockets included. */
function timersOf(connection: Connection): Timed[] {
  const session = sessionOf(connection)
  const timers = session === undefined ? [connection] : [...new Set([connection, session])]
  let below = socketOf(connection)?._parent
  for (; below; below = below._parent) timers.push(below)
  return timers
}

/** ms between two checks of a connection. */
function periodFor(connection: Connection): number {
  let shortest = LONGEST_PERIOD * CHECKS_PER_TIMEOUT
  const { server } = connection as { server?: { keepAliveTimeout?: number } }
  // Set by Node when the response is finished.
  if (server?.keepAliveTimeout) shortest = Math.min(shortest, server.keepAliveTimeout)
  for (const { timeout } of timersOf(connection)) {
    if (timeout) shortest = Math.min(shortest, timeout)
  }
  return Math.max(SHORTEST_PERIOD, Math.floor(shortest / CHECKS_PER_TIMEOUT))
}
