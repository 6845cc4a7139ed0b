import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Server, Socket } from 'node:net'

/** A request and the response to it. */
export interface Unanswered {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

const OPEN = Symbol('lastbyte.unanswered')
const LISTENER = Symbol('lastbyte.onAnswer')

/** What a socket has of its own: entries of a WeakMap, sets and closures would be a tenth of an idle event stream. */
type WatchedSocket = Socket & {
  [OPEN]?: readonly Unanswered[] | undefined
  [LISTENER]?: AnswerListener
}

export interface AnswerListener {
  answered(): void
}

/** The requests of each connection of HTTP/1 whose responses have not been sent. */
export class UnansweredRequests {
  watch(server: Server): void {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      // Streams of HTTP/2 don't wait for each other.
      if ('stream' in request) return
      const socket: WatchedSocket = request.socket
      const open = socket[OPEN]
      const unanswered = { request, response }
      // A literal takes no room for further ones.
      socket[OPEN] = open?.length ? [...open, unanswered] : [unanswered]
      response.on('close', onClose)
    })
  }

  of(socket: object): number {
    return (socket as WatchedSocket)[OPEN]?.length ?? 0
  }

  /** The only request of a connection that is unanswered; undefined for none, and for several. */
  onlyOf(socket: object): Unanswered | undefined {
    const open = (socket as WatchedSocket)[OPEN]
    return open?.length === 1 ? open[0] : undefined
  }

  /** Tells the listener whenever a response of the connection has been sent. */
  onAnswer(socket: object, listener: AnswerListener): void {
    ;(socket as WatchedSocket)[LISTENER] = listener
  }
}

function onClose(this: ServerResponse): void {
  const socket: WatchedSocket = this.req.socket
  const left = socket[OPEN]?.filter(({ response }) => response !== this)
  socket[OPEN] = left?.length ? left : undefined
  socket[LISTENER]?.answered()
}
