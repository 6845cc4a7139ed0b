import type { IncomingMessage } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import type { Response } from './response-writer.js'

type Leave = () => void

/**
 * Who waits for which socket to close. A response that was pipelined behind another gets no `close`
 * of its own when its connection dies, so the socket is watched too; one listener a socket serves
 * all its requests.
 */
export class DisconnectWatcher {
  readonly #bySocket = new WeakMap<object, Set<Leave>>()

  /**
   * Calls `leave` once, when the exchange is over: the response is out, the client has left, or its
   * stream was reset. A response that is just out has its promises settled first, so that whoever
   * waits for them is not told that the client left.
   */
  watch(request: IncomingMessage | Http2ServerRequest, response: Response, leave: Leave): void {
    if ('stream' in response) {
      response.once('close', () => setImmediate(leave))
      return
    }
    const { socket } = request
    const leaves = this.#bySocket.get(socket) ?? this.#follow(socket)
    const once = () => {
      if (leaves.delete(once)) setImmediate(leave)
    }
    leaves.add(once)
    response.once('close', once)
    if (socket.destroyed) once()
  }

  #follow(socket: IncomingMessage['socket']): Set<Leave> {
    const leaves = new Set<Leave>()
    this.#bySocket.set(socket, leaves)
    socket.once('close', () => {
      for (const leave of leaves) leave()
    })
    return leaves
  }
}
