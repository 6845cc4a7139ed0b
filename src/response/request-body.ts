import { constants, type ServerHttp2Stream } from 'node:http2'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { HeaderFields } from './header-fields.js'

/** A request of HTTP/1.1 or HTTP/2; only one of HTTP/2 has a stream. */
type RawRequest = FastifyRequest['raw'] & {
  readonly stream?: Pick<ServerHttp2Stream, 'endAfterHeaders' | 'once' | 'close'>
}

/**
 * The field that frames the body of a forwarded request; undefined if it has no body. It is always set:
 * Node's client adds none to a DELETE, and the origin would read its body as the next request.
 */
export function bodyFraming({ headers, raw }: FastifyRequest): Record<string, string> | undefined {
  const length = headers['content-length']
  if (length !== undefined) return { 'content-length': length }
  const { stream } = raw as RawRequest
  const hasBody = stream === undefined ? 'transfer-encoding' in headers : !stream.endAfterHeaders
  return hasBody ? { 'transfer-encoding': 'chunked' } : undefined
}

/**
 * Prevents the rest of a request body from being read after the response. An HTTP/2 stream is reset with
 * NO_ERROR (RFC 9113 §8.1). An HTTP/1.1 connection closes, since the rest would be read as the next
 * request (RFC 9112 §9.3).
 *
 * @returns the field that the response must have
 */
export function endRequestBody(reply: FastifyReply): HeaderFields {
  const { stream, complete } = reply.request.raw as RawRequest
  if (complete) return {}
  if (stream === undefined) return { connection: 'close' }
  // The response of Node's compatibility API finishes only when the stream has closed.
  stream.once('finish', () => stream.close(constants.NGHTTP2_NO_ERROR))
  return {}
}
