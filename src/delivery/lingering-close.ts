import type { IncomingMessage } from 'node:http'

/** ms for which the rest of a request body is read after its response. */
const LINGER = 30_000

/**
 * Reads and discards the rest of a request when its connection closes, until the client has closed it as well.
 * Closing at once, with bytes unread or on their way, would send RST, after which the client's kernel may
 * discard a response that the client has not read (RFC 9112 §9.6).
 */
export function lingerOnClose(request: IncomingMessage): void {
  const { socket } = request
  // Called by node:http when it has sent the last response of a connection.
  socket.destroySoon = () => {
    // Called again, by a server that stops, it closes at once.
    socket.destroySoon = () => void socket.destroy()
    socket.end()
    const timer = setTimeout(() => socket.destroy(), LINGER).unref()
    socket.once('end', () => socket.destroy())
    socket.once('close', () => clearTimeout(timer))
    request.resume()
  }
}
