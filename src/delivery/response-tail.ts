import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { ResponseTail } from '../fault/fault.js'

/** ms that a client has to close its side of a connection that was closed without a close_notify alert. */
const LINGER = 5_000

/** Adds what follows a complete response of HTTP/1 on its connection. */
export function addTail(response: ServerResponse, { extra, closeNotify }: ResponseTail): void {
  // Before node:http passes the connection on to the next response, or closes it.
  response.prependOnceListener('finish', () => {
    const { socket } = response
    if (socket === null || socket.destroyed) return
    if (closeNotify === 'left out') leaveOutCloseNotify(socket)
    if (extra !== undefined) socket.write(extra)
  })
}

/** Lets node:http, when it closes the connection, send FIN without a close_notify alert (RFC 8446 §6.1). */
function leaveOutCloseNotify(socket: Socket): void {
  // The socket below that of TLS.
  const { _parent: below } = socket as { _parent?: Socket | null }
  if (!below) return
  socket.destroySoon = () => {
    // Called again, by a server that stops, it closes at once.
    socket.destroySoon = () => void socket.destroy()
    // Called when everything before it is encrypted and written.
    socket.write('', () => below.end())
    const timer = setTimeout(() => socket.destroy(), LINGER).unref()
    socket.once('end', () => socket.destroy())
    socket.once('close', () => clearTimeout(timer))
  }
}
