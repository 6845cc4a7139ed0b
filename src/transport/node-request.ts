import {
  type Agent,
  type ClientRequest,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  request as requestHttp,
} from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Readable } from 'node:stream'
import { canonicalName } from '../http/field-name.js'
import { fieldValues } from '../http/field-value.js'
import { NodeBody } from './node-body.js'
import type { Answer } from './response.js'

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
  /** Called when the request has a connection. */
  readonly onConnected?: () => void
  /** Ends the request and the body of its response. */
  readonly signal: AbortSignal
}

export interface NodeResponse extends Answer {
  readonly fields: IncomingHttpHeaders
  /** Such as `1.1`. */
  readonly httpVersion: string
}

/**
 * Sends a request. Resolves when the header section of the final response has arrived.
 *
 * @throws LastbyteError BAD_FIELD for a field that can't be sent; what node:http rejects
 */
export function sendNodeRequest(request: NodeRequest): Promise<NodeResponse> {
  const { agent, url, target, method = 'GET', fields, readAhead = READ_AHEAD, signal } = request
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? requestHttps : requestHttp
    const path = target === undefined ? undefined : { path: target }
    const outgoing = send(url, { agent, method, headers: requestLines(fields), signal, ...path })
    outgoing.on('error', reject)
    // A switch to another protocol closes the connection without an error.
    outgoing.on('close', () => reject(new Error('the connection ended without a response')))
    outgoing.on('socket', (socket) => {
      if (socket.connecting) socket.once('connect', () => request.onConnected?.())
      else request.onConnected?.()
    })
    outgoing.on('response', (response) => {
      const field = (name: string) => response.headersDistinct[name]?.join(', ')
      const body = new NodeBody(outgoing, response, readAhead)
      const { statusCode: status = 0, headers: fields, httpVersion } = response
      resolve({ status, fields, httpVersion, field, body })
    })
    if (request.body === undefined) outgoing.end()
    else sendBody(request.body, outgoing, request.onBodyChunk)
  })
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

/**
 * Pipes a body into a request. `stream.pipeline` would destroy the body when the request fails, and
 * with the body of an incoming request also the socket on which the error response is to be sent.
 */
function sendBody(body: Readable, outgoing: ClientRequest, onChunk: () => void = () => {}): void {
  body.on('data', onChunk)
  body.on('error', (error) => outgoing.destroy(error))
  body.on('close', () => {
    if (!body.readableEnded) outgoing.destroy(new Error('the request body ended early'))
  })
  body.pipe(outgoing)
}
