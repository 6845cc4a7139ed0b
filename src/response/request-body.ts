import { constants, type ServerHttp2Stream } from 'node:http2'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { HeaderFields } from './header-fields.js'

/** A request of HTTP/1.1 or HTTP/2; only that of HTTP/2 has `stream`. */
type RawRequest = FastifyRequest['raw'] & {
  readonly stream?: Pick<ServerHttp2Stream, 'endAfterHeaders' | 'once' | 'close'>
}

/**
 * The field that frames the body of a forwarded request; undefined if it has no body. Node's client would
 * add none to a DELETE, and the origin would read the body as the next request.
 */
export function bodyFraming({ headers, raw }: FastifyRequest): Record<string, string> | undefined {
  const length = headers['content-length']
  if (length !== undefined) return { 'content-length': length }
  const { stream } = raw as RawRequest
  const hasBody = stream === undefined ? 'transfer-encoding' in headers : !stream.endAfterHeaders
  return hasBody ? { 'transfer-encoding': 'chunked' } : undefined
}

/**
 * Stops the upload of a request body that has not been received completely when the response is sent. A
 * stream of HTTP/2 is reset with NO_ERROR (RFC 9113 §8.1). A connection of HTTP/1.1 is closed, since the
 * rest of the body would be read as the next request (RFC 9112 §9.3).
 *
 * @returns fields to add to the response: `Connection: close`, or none
 */
export function endRequestBody(reply: FastifyReply): HeaderFields {
  const { stream, complete } = reply.request.raw as RawRequest
  if (complete) return {}
  if (stream === undefined) return { connection: 'close' }
  // Listens to the stream: the response of Node's compatibility API emits `finish` only after the close.
  stream.once('finish', () => stream.close(constants.NGHTTP2_NO_ERROR))
  return {}
}
