import type { IncomingMessage } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import { Readable } from 'node:stream'
import type { Chunks } from '../fault/fault.js'
import type { FaultSession } from '../fault/fault-session.js'

/**
 * The body of a request as faults let it through; undefined where none acts on it. It ends with the error
 * `InjectedAnswer` where a fault responds instead. The request is read only as far as this body is, and isn't destroyed
 * with it, since the response is sent on the same socket.
 */
export function faultyUpload(
  session: FaultSession,
  request: IncomingMessage | Http2ServerRequest,
): Readable | undefined {
  if (!session.receives) return undefined
  const { 'content-length': length } = request.headers
  const chunks = received(request, session)
  const size = length === undefined ? undefined : Number(length)
  const body = Readable.from(session.receive(chunks, size), { objectMode: false })
  return Object.defineProperty(body, 'rawTrailers', { get: () => request.rawTrailers })
}

async function* received(
  request: Readable,
  session: FaultSession,
): Chunks & AsyncGenerator<Uint8Array> {
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    session.received += chunk.length
    yield chunk
  }
}
