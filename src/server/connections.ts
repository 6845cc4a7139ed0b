import type { IncomingMessage } from 'node:http'
import type { ServerHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

/**
 * The connections of a server: which are sending an answer, and an orderly end for all of them. Node
 * closes idle ones itself, but not those that never asked for anything, nor, before version 24, idle
 * HTTP/2 sessions; either would hold a stopping server for a minute.
 */
export class Connections {
  readonly #sockets = new Set<Socket>()
  readonly #sessions = new Set<ServerHttp2Session>()
  readonly #answers = new WeakMap<object, number>()

  constructor(app: FastifyInstance) {
    app.server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
    app.server.on('session', (session: ServerHttp2Session) => {
      this.#sessions.add(session)
      session.once('close', () => this.#sessions.delete(session))
    })
    app.server.on('request', ({ socket }: IncomingMessage, response: NodeJS.EventEmitter) => {
      this.#answers.set(socket, this.#count(socket) + 1)
      response.once('close', () => this.#answers.set(socket, this.#count(socket) - 1))
    })
  }

  /** Whether an answer is under way on a socket, into which nothing else may be written. */
  isAnswering(socket: object): boolean {
    return this.#count(socket) > 0
  }

  /** Closes what has nothing under way; what is left after `grace` ms is closed as it is. */
  drain(grace: number): void {
    for (const session of this.#sessions) session.close()
    for (const socket of this.#sockets) {
      // Those that have sent a head or a handshake are looked after by their servers.
      if (socket.bytesRead === 0) socket.destroy()
    }
    setTimeout(() => {
      for (const socket of this.#sockets) socket.destroySoon()
    }, grace).unref()
  }

  #count(socket: object): number {
    return this.#answers.get(socket) ?? 0
  }
}
