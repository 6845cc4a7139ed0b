import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import { canonicalName } from '../http/field-name.js'
import { fieldValue } from '../http/field-value.js'
import { endToEnd } from '../http/forwarding.js'
import type { RequestFields } from '../http/precondition.js'
import type { Response } from './response-writer.js'

/** A response before the final one, such as 103 (RFC 9110 §15.2). */
interface Interim {
  readonly status: number
  readonly fields: RequestFields
}

/**
 * Sends an interim response, unless the final one has begun, a response before it is still being sent, or the
 * client speaks HTTP/1.0 and would take it for the final one. Node's own method accepts Link fields alone.
 */
export function sendInterim(
  request: IncomingMessage | Http2ServerRequest,
  response: Response,
  { status, fields }: Interim,
): void {
  if (response.headersSent || request.httpVersion === '1.0') return
  const passed = endToEnd(fields, ['content-length'])
  if ('stream' in response) {
    if (!response.stream.destroyed) {
      response.stream.additionalHeaders({ ':status': status, ...passed })
    }
    return
  }
  const lines = Object.entries(passed).flatMap(([name, value]) =>
    [value].flat().map((each) => `${canonicalName(name)}: ${fieldValue(name, each)}\r\n`),
  )
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n`
  // A response that waits behind another one has no socket.
  response.socket?.write(head, 'latin1')
}
