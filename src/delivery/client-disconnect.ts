import type { IncomingMessage } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import type { Response } from './response-writer.js'

type Listener = () => void

/**
 * Detects the end of a response. One that is pipelined behind another emits no `close` event when its
 * connection closes, so the socket is watched as well, with one listener for all its requests.
 */
export class DisconnectWatcher {
  readonly #bySocket = new WeakMap<object, Set<Listener>>()

  /**
   * Calls `listener` once, when the response was sent, the client has disconnected, or the stream was
   * reset. Promises that settle in the same turn settle before, so that a complete transfer is not
   * recorded as a disconnect.
   */
  watch(
    request: IncomingMessage | Http2ServerRequest,
    response: Response,
    listener: Listener,
  ): void {
    if ('stream' in response) {
      const { stream } = response
      let isCalled = false
      const once = () => {
        // The event of the response is emitted during that of its stream.
        if (isCalled) return
        isCalled = true
        response.off('close', once)
        stream.off('close', once)
        setImmediate(listener)
      }
      response.on('close', once)
      // A response to HEAD emits no `close` when the client resets its stream.
      stream.on('close', once)
      if (stream.destroyed) once()
      return
    }
    const { socket } = request
    const listeners = this.#bySocket.get(socket) ?? this.#watchSocket(socket)
    const once = () => {
      if (listeners.delete(once)) setImmediate(listener)
    }
    listeners.add(once)
    response.once('close', once)
    if (socket.destroyed) once()
  }

  #watchSocket(socket: IncomingMessage['socket']): Set<Listener> {
    const listeners = new Set<Listener>()
    this.#bySocket.set(socket, listeners)
    socket.once('close', () => {
      for (const listener of listeners) listener()
    })
    return listeners
  }
}
