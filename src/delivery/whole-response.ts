import { constants, type Http2ServerResponse, type OutgoingHttpHeaders } from 'node:http2'

/** The methods that a listener, a hook or the application replaces to see or change what is sent. */
const METHODS = ['writeHead', 'write', 'end'] as const

/**
 * Whether what is written to the stream of a response is all that the response would send: no field is set on it, and
 * no method replaced. The response of HEAD is not: node:http2 reports its end only if `end` was called.
 */
export function isUntouched(response: Http2ServerResponse): boolean {
  const { headRequest } = response.stream as { headRequest?: boolean }
  if (headRequest) return false
  for (const method of METHODS) if (Object.hasOwn(response, method)) return false
  return response.getHeaderNames().length === 0
}

/**
 * Writes a whole response on its stream, in half the time of the response object, which waits for trailers and ends the
 * stream with a frame of its own.
 */
export function writeWhole(
  response: Http2ServerResponse,
  { status, fields }: { readonly status: number; readonly fields: OutgoingHttpHeaders },
  bytes: Uint8Array,
): void {
  const { stream } = response
  // For those who read it later, such as the log.
  response.statusCode = status
  const headers = { ...fields, [constants.HTTP2_HEADER_STATUS]: status }
  if (bytes.length === 0) {
    stream.respond(headers, { endStream: true })
    return
  }
  stream.respond(headers)
  stream.end(bytes)
}

/**
 * Calls `write` after all that was read from the connection at once has been parsed, unless the client has reset the
 * stream by then. Clients cancel requests in the packet in which they sent them; what is written before that occupies
 * the memory of the session, so that node:http2 refuses further streams (`maxSessionMemory`).
 *
 * @param failed called with what `write` throws; the stream is reset then
 */
export function writeAfterRead(
  { stream }: Http2ServerResponse,
  write: () => void,
  failed: (error: unknown) => void,
): void {
  setImmediate(() => {
    if (stream.closed || stream.destroyed) return
    try {
      write()
    } catch (error) {
      stream.close(constants.NGHTTP2_INTERNAL_ERROR)
      failed(error)
    }
  })
}
