import { constants, type ServerHttp2Stream } from 'node:http2'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { lingerOnClose } from '../delivery/lingering-close.js'
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
  const { 'transfer-encoding': coding } = headers
  // Codings besides chunked stay in the body, so they are named as they were received.
  if (stream === undefined)
    return coding === undefined ? undefined : { 'transfer-encoding': coding }
  return stream.endAfterHeaders ? undefined : { 'transfer-encoding': 'chunked' }
}

/**
 * The fields of a forwarded request about trailer fields. `Trailer` announces those of a body in chunks. `TE` says
 * that those of the response are passed on, and is for one connection, so it is sent anew (RFC 9110 §10.1.4).
 */
export function trailerFields(request: FastifyRequest): Record<string, string> {
  const { headers, raw } = request
  const { trailer, te, connection = '' } = headers
  const isNamed = raw.httpVersionMajor === 2 || /(^|,)\s*te\s*(,|$)/i.test(connection)
  const isChunked = bodyFraming(request)?.['transfer-encoding'] !== undefined
  return {
    ...(trailer !== undefined && isChunked && { trailer: String(trailer) }),
    ...(isNamed &&
      /(^|,)\s*trailers\b/i.test(String(te ?? '')) && { te: 'trailers', connection: 'TE' }),
  }
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
  if (stream === undefined) {
    lingerOnClose(reply.request.raw)
    return { connection: 'close' }
  }
  // Listens to the stream: the response of Node's compatibility API emits `finish` only after the close.
  stream.once('finish', () => stream.close(constants.NGHTTP2_NO_ERROR))
  return {}
}
