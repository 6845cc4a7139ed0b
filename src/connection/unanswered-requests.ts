import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Server } from 'node:net'

/** A request and the response to it. */
export interface Unanswered {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** The requests of each connection whose responses have not been sent. */
export class UnansweredRequests {
  readonly #open = new WeakMap<object, Set<Unanswered>>()
  readonly #listeners = new WeakMap<object, () => void>()

  watch(server: Server): void {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const { socket } = request
      const open = this.#open.get(socket) ?? new Set()
      const unanswered = { request, response }
      this.#open.set(socket, open.add(unanswered))
      response.once('close', () => {
        open.delete(unanswered)
        this.#listeners.get(socket)?.()
      })
    })
  }

  of(socket: object): number {
    return this.#open.get(socket)?.size ?? 0
  }

  /** The only request of a connection that is unanswered; undefined for none, and for several. */
  onlyOf(socket: object): Unanswered | undefined {
    const [only, ...others] = this.#open.get(socket) ?? []
    return others.length === 0 ? only : undefined
  }

  /** Calls `listener` whenever a response of the connection has been sent. */
  onAnswer(socket: object, listener: () => void): void {
    this.#listeners.set(socket, listener)
  }
}
