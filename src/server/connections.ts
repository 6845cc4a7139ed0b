import type { ServerHttp2Session } from 'node:http2'
import type { Server, Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { LongTimer } from '../async/long-timer.js'
import { forEveryServer } from '../connection/every-server.js'
import type { Unanswered, UnansweredRequests } from '../connection/unanswered-requests.js'

/**
 * Ends the connections when the server closes. Node closes idle connections itself, except for those that never
 * sent a request and, before version 24, idle HTTP/2 sessions. Either would delay the close for a minute.
 */
export class Connections {
  /** Connections on which the rest of a request body is discarded. */
  readonly discarding = new WeakSet<Socket>()
  /** The open connections, with the time when each was accepted. */
  readonly #sockets = new Map<Socket, number>()
  readonly #sessions = new Set<ServerHttp2Session>()

  /** @param newcomerGrace ms in which a client must begin its first request, also while the server closes */
  constructor(
    app: FastifyInstance,
    private readonly unanswered: UnansweredRequests,
    private readonly newcomerGrace = 0,
  ) {
    forEveryServer(app, (server) => this.#watch(server))
  }

  #watch(server: Server): void {
    server.on('connection', (socket: Socket) => {
      this.#sockets.set(socket, performance.now())
      socket.once('close', () => this.#sockets.delete(socket))
    })
    server.on('session', (session: ServerHttp2Session) => {
      this.#sessions.add(session)
      session.once('close', () => this.#sessions.delete(session))
    })
  }

  /** Whether a response is being sent on a socket, so that nothing else may be written to it. */
  isResponding(socket: object): boolean {
    return this.unanswered.of(socket) > 0
  }

  /** The request of a socket whose body is being received, if nothing has been sent yet in response to it. */
  receiving(socket: object): Unanswered | undefined {
    const only = this.unanswered.onlyOf(socket)
    return only?.request.complete || only?.response.headersSent ? undefined : only
  }

  /** Closes connections without a request, except for newcomers, at once, and all others after `grace` ms. */
  drain(grace: number): void {
    for (const session of this.#sessions) session.close()
    this.#closeUnused(performance.now() - this.newcomerGrace)
    if (this.newcomerGrace > 0) {
      setTimeout(() => this.#closeUnused(Number.POSITIVE_INFINITY), this.newcomerGrace).unref()
    }
    new LongTimer(() => {
      for (const socket of this.#sockets.keys()) socket.destroySoon()
    }, grace).unref()
  }

  #closeUnused(acceptedBefore: number): void {
    for (const [socket, accepted] of this.#sockets) {
      // Node closes idle connections that have sent a header section or a TLS handshake.
      if (socket.bytesRead === 0 && accepted <= acceptedBefore) socket.destroy()
    }
  }
}
