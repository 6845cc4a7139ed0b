import type { EventEmitter } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { Server } from 'node:net'

/** Counts the requests of each connection whose responses have not been sent. */
export class UnansweredRequests {
  readonly #counts = new WeakMap<object, number>()
  readonly #listeners = new WeakMap<object, () => void>()

  watch(server: Server): void {
    server.on('request', ({ socket }: IncomingMessage, response: EventEmitter) => {
      this.#counts.set(socket, this.of(socket) + 1)
      response.once('close', () => {
        this.#counts.set(socket, this.of(socket) - 1)
        this.#listeners.get(socket)?.()
      })
    })
  }

  of(socket: object): number {
    return this.#counts.get(socket) ?? 0
  }

  /** Calls `listener` whenever a response of the connection has been sent. */
  onAnswer(socket: object, listener: () => void): void {
    this.#listeners.set(socket, listener)
  }
}
