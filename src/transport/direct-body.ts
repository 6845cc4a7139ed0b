import type { ClientRequest, IncomingMessage } from 'node:http'
import { type Receiver, SlabSocket } from './slab-socket.js'

/** Not of length 0 by itself: its address must not be null, which the parser takes for the end of the connection. */
const NOTHING = Buffer.alloc(1).subarray(1)

/**
 * Receives the rest of a response's body from the socket once node:http has parsed the header section, whose parser
 * would copy each byte. Only for a body whose end a single Content-Length tells; all others stay with the parser.
 *
 * @param received the bytes of the body that node:http has emitted
 * @param receiver gets the bytes after those
 */
export function receiveDirectly(
  { method, socket }: ClientRequest,
  response: IncomingMessage,
  received: () => number,
  begin: (socket: SlabSocket) => Receiver,
): void {
  const length = lengthOf(response)
  if (!(socket instanceof SlabSocket) || method === 'HEAD' || length === undefined) return
  socket.afterParsing(() => {
    if (response.complete) socket.beginResponse()
    if (response.complete || response.destroyed || socket.destroyed) return
    // Emits what node:http still holds.
    while (response.read() !== null);
    let left = length - received()
    if (left <= 0) return
    const receiver = begin(socket)
    response.resume()
    socket.receive((chunk, slab) => {
      if (chunk.length < left) {
        left -= chunk.length
        return receiver(chunk, slab)
      }
      receiver(chunk.subarray(0, left), slab)
      // The bytes after a body would be the response to the next request.
      const isExact = chunk.length === left
      socket.expectNothing()
      complete(response, socket)
      if (!isExact) socket.destroy()
      return true
    })
  })
}

/** Ends the message as the parser would, so that the agent can keep the connection. */
function complete(response: IncomingMessage, socket: SlabSocket): void {
  socket.beginResponse()
  response.complete = true
  response.push(null)
  // node:http releases the parser of a complete message when it has parsed a chunk.
  socket.emit('data', NOTHING)
  // Another version of Node, which does not: the next response would be parsed as the rest of this one.
  if (socket.listenerCount('data') > 0) socket.destroy()
}

/** The length of a body that has one, by exactly one field (RFC 9112 §6.3). */
function lengthOf({ statusCode = 0, headersDistinct }: IncomingMessage) {
  const { 'content-length': lengths = [], 'transfer-encoding': codings } = headersDistinct
  const [length = ''] = lengths
  const isPlain = lengths.length === 1 && codings === undefined && /^\d{1,15}$/.test(length)
  return isPlain && statusCode >= 200 && statusCode !== 204 && statusCode !== 304
    ? Number(length)
    : undefined
}
