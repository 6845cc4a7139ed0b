import type { ClientRequest, IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { passedTrailers } from '../http/forwarding.js'
import { fieldsOf } from '../http/raw-fields.js'

/**
 * Bytes of a request body that wait for a server which doesn't read them, besides those in the kernel. A client that
 * disconnects is noticed only once its body has been read, since Node reads a connection in order.
 */
const SEND_AHEAD = 1024 * 1024

/**
 * Writes a body into a request. `stream.pipeline` would destroy the body when the request fails, and
 * with the body of an incoming request also the socket on which the error response is to be sent.
 *
 * @param failed gets the error of the body before the connection is reset: on a connection that is established,
 *   node:http reports the reset in its place
 */
export function sendBody(
  body: Readable,
  outgoing: ClientRequest,
  failed: (error: Error) => void,
  onChunk: () => void = () => {},
): void {
  const drop = (error: Error) => {
    failed(error)
    reset(outgoing)
    outgoing.destroy(error)
  }
  // Node would wait for the first byte of the body, while the server may respond before. `flushHeaders` would
  // write the bytes of fields as UTF-8.
  outgoing.write('', 'latin1')
  body.on('data', onChunk)
  body.on('end', () => {
    const { rawTrailers = [] } = body as Partial<IncomingMessage>
    if (outgoing.destroyed) return
    outgoing.addTrailers(passedTrailers(fieldsOf(rawTrailers)))
    outgoing.end()
  })
  body.on('error', drop)
  body.on('close', () => {
    if (!body.readableEnded) drop(new Error('the request body ended early'))
  })
  body.on('data', (chunk) => {
    if (outgoing.destroyed) return
    if (!outgoing.write(chunk) && outgoing.writableLength >= SEND_AHEAD) body.pause()
  })
  outgoing.on('drain', () => body.resume())
}

/**
 * Resets the connection of a request with a body when the signal is aborted. Called before node:http gets the signal,
 * whose listener would close the connection first. The result takes the request.
 */
export function resetOnAbort(signal: AbortSignal): (outgoing: ClientRequest) => void {
  let request: ClientRequest | undefined
  const abort = () => request && reset(request)
  signal.addEventListener('abort', abort)
  return (outgoing) => {
    request = outgoing
    outgoing.once('close', () => signal.removeEventListener('abort', abort))
  }
}

/**
 * Closes the connection with RST: a FIN would wait behind the bytes that the server has not read, up to 4 MB in the
 * kernel, so that it would not learn for as long that nobody waits for its response. A socket of TLS can't be reset.
 */
function reset({ destroyed, socket }: ClientRequest): void {
  // A request whose response has ended is destroyed, and its connection may be in use by another one.
  if (destroyed || !(socket instanceof Socket) || 'encrypted' in socket) return
  socket.resetAndDestroy()
}
