import { type Agent, type OutgoingHttpHeaders, request as requestHttp } from 'node:http'
import type { Readable } from 'node:stream'
import { canonicalName } from '../http/field-name.js'
import { fieldValues } from '../http/field-value.js'
import { type Forwarded, passedTrailers } from '../http/forwarding.js'
import type { RequestFields } from '../http/precondition.js'
import { fieldsOf } from '../http/raw-fields.js'
import { NodeBody } from './node-body.js'
import type { Answer } from './response.js'
import { secureHttp } from './secure-http.js'
import { isIdempotent, isStale, newConnections, StaleConnection } from './stale-connection.js'
import { surviveFailedWrites } from './surviving-writes.js'
import { resetOnAbort, sendBody } from './upload.js'

/** Bytes of a response that are read ahead of the consumer, unless the request sets another number. */
const READ_AHEAD = 1024 * 1024

export interface NodeRequest {
  readonly agent: Agent
  readonly url: URL
  /** Path and query that are sent in place of those of `url`: a URL object normalizes dot segments. */
  readonly target?: string | undefined
  /** Default GET. */
  readonly method?: string
  /** With a body, also the field that frames it: Content-Length, or Transfer-Encoding: chunked. */
  readonly fields: OutgoingHttpHeaders
  /** No body if absent. Sent once, with backpressure; the stream is not destroyed with the request. */
  readonly body?: Readable | undefined
  /** Called for each chunk of `body` that is read. */
  readonly onBodyChunk?: () => void
  /** Bytes of the response that are read ahead of the consumer. Default 1 MiB. */
  readonly readAhead?: number
  /**
   * `lent`: a chunk of the response is valid until the next one is requested, since its memory is used again. Default
   * `kept`: for as long as anything refers to it.
   */
  readonly chunks?: 'lent' | 'kept' | undefined
  /** Called when the request has a connection. */
  readonly onConnected?: () => void
  /** Called with each interim response but 100 and 101. */
  readonly onInterim?: ((interim: InterimResponse) => void) | undefined
  /** Ends the request and the body of its response. */
  readonly signal: AbortSignal
}

/** A response before the final one, such as 103 (RFC 9110 §15.2). */
export interface InterimResponse {
  readonly status: number
  readonly fields: Forwarded
}

export interface NodeResponse extends Answer {
  readonly fields: RequestFields
  /** The trailer fields, once the body has been read to its end. */
  readonly trailers?: () => Forwarded
  /** Such as `1.1`. */
  readonly httpVersion: string
}

/**
 * Sends a request. Resolves when the header section of the final response has arrived. A request that may be
 * repeated is sent on a new connection where the server closed a kept one without a response.
 *
 * @throws LastbyteError BAD_FIELD for a field that can't be sent; what node:http rejects
 */
export function sendNodeRequest(request: NodeRequest): Promise<NodeResponse> {
  return sendOn(request.agent, request).catch((error) => {
    if (!(error instanceof StaleConnection)) throw error
    return sendOn(newConnections(request.agent), request)
  })
}

function sendOn(agent: Agent, request: NodeRequest): Promise<NodeResponse> {
  const { url, target, method = 'GET', fields, signal } = request
  const { readAhead = READ_AHEAD, chunks = 'kept' } = request
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? secureHttp().request : requestHttp
    const path = target ?? targetOf(url)
    const headers = requestLines(fields)
    const uploading = request.body && resetOnAbort(signal)
    const outgoing = send(url, { agent, method, headers, signal, path })
    uploading?.(outgoing)
    let isAnswered = false
    outgoing.on('error', (error) => {
      const isRepeatable = !isAnswered && request.body === undefined && isIdempotent(method)
      reject(isRepeatable && isStale(outgoing, error) ? new StaleConnection(error) : error)
    })
    // A switch to another protocol closes the connection without an error.
    outgoing.on('close', () => reject(new Error('the connection ended without a response')))
    outgoing.on('socket', (socket) => {
      if (request.body !== undefined) surviveFailedWrites(socket)
      if (socket.connecting) socket.once('connect', () => request.onConnected?.())
      else request.onConnected?.()
    })
    outgoing.on('response', (response) => {
      const field = (name: string) => response.headersDistinct[name]?.join(', ')
      const body = new NodeBody(outgoing, response, { readAhead, chunks })
      const { statusCode: status = 0, rawHeaders, httpVersion } = response
      const unknown = unknownCoding(field('transfer-encoding'))
      if (unknown !== undefined) {
        outgoing.destroy(unknown)
        return reject(unknown)
      }
      const trailers = () => passedTrailers(fieldsOf(response.rawTrailers))
      resolve({ status, fields: fieldsOf(rawHeaders), httpVersion, field, body, trailers })
    })
    outgoing.on('information', ({ statusCode: status, rawHeaders }) => {
      isAnswered = true
      if (status !== 100) request.onInterim?.({ status, fields: fieldsOf(rawHeaders) })
    })
    if (request.body === undefined) outgoing.end()
    else sendBody(request.body, outgoing, reject, request.onBodyChunk)
  })
}

/** Path and query of a URL. `search` is empty for a query of no characters, whose question mark is sent too. */
function targetOf({ href, pathname, search }: URL): string {
  const isEmptyQuery = href.split('#', 1)[0]?.endsWith('?')
  return pathname + (isEmptyQuery && search === '' ? '?' : search)
}

/** An error for a transfer coding besides chunked, which Node leaves in the body. Its code is like the parser's. */
function unknownCoding(field = 'chunked'): Error | undefined {
  if (field.trim().toLowerCase() === 'chunked') return undefined
  const error = new Error(`Transfer-Encoding: expected chunked; received ${field}`)
  return Object.assign(error, { code: 'HPE_INVALID_TRANSFER_ENCODING' })
}

/**
 * The fields in their usual spelling. Content-Length is last: Node reads a Content-Disposition after it as
 * UTF-8 and writes that as Latin-1, which makes a line feed of U+010A.
 *
 * @throws LastbyteError BAD_FIELD
 */
function requestLines(fields: OutgoingHttpHeaders): OutgoingHttpHeaders {
  const { 'content-length': length, ...others } = fields
  const lines: OutgoingHttpHeaders = {}
  for (const [name, value] of Object.entries(others)) {
    if (value !== undefined) lines[canonicalName(name)] = fieldValues(name, value)
  }
  return length === undefined ? lines : { ...lines, 'Content-Length': String(length) }
}
