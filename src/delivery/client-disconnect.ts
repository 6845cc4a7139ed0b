import type { EventEmitter } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import type { Response } from './response-writer.js'

type Listener = () => void

const WATCHES = Symbol('lastbyte.disconnects')

/** A socket or a response of HTTP/1. */
type Watched = EventEmitter & { [WATCHES]?: readonly Watch[] }

/** A listener that is called by the first of two events. */
class Watch {
  #listener: Listener | undefined

  constructor(listener: Listener) {
    this.#listener = listener
  }

  get isOver(): boolean {
    return this.#listener === undefined
  }

  end(): void {
    if (this.#listener !== undefined) setImmediate(this.#listener)
    this.#listener = undefined
  }
}

/**
 * Detects the end of a response. The functions are those of all responses: closures and sets would be a tenth of the memory
 * of an idle event stream.
 */
export class DisconnectWatcher {
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
    const watch = new Watch(listener)
    if ('stream' in response) {
      const { stream } = response
      // The event of the response is emitted during that of its stream.
      const end = () => watch.end()
      response.once('close', end)
      // A response to HEAD emits no `close` when the client resets its stream.
      stream.once('close', end)
      if (stream.destroyed) end()
      return
    }
    const { socket } = request
    // Pipelined behind another, it emits no `close` event when its connection closes. The socket has one listener for all.
    const hasTurn = response.socket === socket
    if (!hasTurn) add(socket, watch)
    add(response, watch)
    if (socket.destroyed) watch.end()
  }
}

function add(emitter: Watched, watch: Watch): void {
  const known = emitter[WATCHES]
  if (known === undefined) emitter.on('close', endWatches)
  const open = known?.filter(({ isOver }) => !isOver)
  // A literal takes no room for further ones.
  emitter[WATCHES] = open?.length ? [...open, watch] : [watch]
}

function endWatches(this: Watched): void {
  for (const watch of this[WATCHES] ?? []) watch.end()
}
