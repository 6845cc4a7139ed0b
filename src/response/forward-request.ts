import type { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { releaseIterator } from '../async/release-iterator.js'
import { sendInterim } from '../delivery/interim-response.js'
import { LastbyteError } from '../errors.js'
import type { Fields } from '../fault/fault.js'
import { InjectedAnswer } from '../fault/injected-answer.js'
import type { Forwarded } from '../http/forwarding.js'
import type { ProxyError } from '../http/proxy-status.js'
import { withRepeated } from '../http/raw-fields.js'
import { noteRoute } from '../observe/response-notes.js'
import { beginTransfer } from '../request/begin-transfer.js'
import type { RegistrationContext } from '../request/context.js'
import type { Delivery } from '../request/exchange.js'
import { createFaultInjector } from '../request/fault-injector.js'
import { faultyUpload } from '../request/faulty-upload.js'
import { asSourceError, unreached } from '../source/upstream/upstream-client.js'
import type { Agents } from '../transport/agents.js'
import { type NodeResponse, sendNodeRequest } from '../transport/node-request.js'
import { answerUpload } from './answer-upload.js'
import { earlyResponse } from './early-response.js'
import { prepareForwarded } from './prepare-forwarded.js'
import type { PreparedResponse } from './prepared-response.js'
import { publicError } from './problem.js'
import { problemResponse } from './problem-response.js'
import { beginResponse } from './reply-state.js'
import { bodyFraming, endRequestBody, trailerFields } from './request-body.js'
import { responseForError, sendResponse } from './send-response.js'

/** The destination of a forwarded request, and the functions that rewrite the header fields. */
export interface Forwarding {
  readonly agents: Agents
  readonly url: URL
  /** Path and query of the request to the origin. Default: those of `url`. */
  readonly target?: string | undefined
  /** Maximum bytes of the response that are read before the client has received them. */
  readonly readAhead: number
  /** The name of this server in Proxy-Status (RFC 9209). undefined: the field is not sent. */
  readonly proxyName: string | undefined
  /** The fields of the request to the origin, without those that frame the body. */
  requestFields(fields: Fields): Forwarded
  /** The fields of the response to the client, without Content-Length and Content-Range. */
  responseFields(response: NodeResponse): Forwarded
}

/**
 * Sends a request to the origin, once, and its response to the client, with the faults that match.
 * Never rejects.
 *
 * Each chunk of the request body counts as progress of the origin: an upload may take longer than
 * `sourceTimeout`, as long as it does not pause for that time.
 */
export async function forwardRequest(
  context: RegistrationContext,
  forwarding: Forwarding,
  reply: FastifyReply,
): Promise<FastifyReply> {
  noteRoute(reply.raw, 'proxy')
  return respondOnce(context, reply, {
    prepare: (delivery) => forward(delivery, forwarding),
    failed: (delivery, error) => failedResponse(delivery, forwarding, error),
  })
}

/**
 * Responds to a method for which there are no ranges and no representation, with the faults that match. Never rejects.
 *
 * @param response `failed`: the response to an error of `prepare`, or of a fault that replaces it
 */
export async function respondOnce(
  context: RegistrationContext,
  reply: FastifyReply,
  response: {
    prepare(delivery: Delivery): Promise<PreparedResponse>
    failed(delivery: Delivery, error: unknown): PreparedResponse
  },
): Promise<FastifyReply> {
  const scope = beginTransfer(context, reply)
  beginResponse(reply, scope.transfer)
  let delivery: Delivery = { ...scope, faults: undefined }
  let prepared: PreparedResponse
  try {
    delivery = { ...scope, faults: createFaultInjector(scope, 'all') }
    const early = await earlyResponse(reply, delivery.faults, undefined)
    prepared = early ?? (await response.prepare(delivery))
  } catch (error) {
    prepared = response.failed(delivery, error)
  }
  return sendResponse(delivery, prepared)
}

async function forward(delivery: Delivery, forwarding: Forwarding): Promise<PreparedResponse> {
  const { transfer } = delivery
  transfer.waitFor('source')
  let timeout: ProxyError = 'connection_timeout'
  const sending = send(delivery, forwarding, () => {
    timeout = 'http_response_timeout'
  })
  const response = await transfer.until(sending).catch((error) => {
    throw withProxyError(error, forwarding.url, timeout)
  })
  try {
    return prepareForwarded(delivery, forwarding, response)
  } catch (error) {
    releaseIterator(response.body)
    throw error
  }
}

function send(
  { reply, transfer, faults }: Delivery,
  { agents, url, target, readAhead, requestFields }: Forwarding,
  onConnected: () => void,
): Promise<NodeResponse> {
  const { request } = reply
  const framing = bodyFraming(request)
  const received = withRepeated(request.headers, request.raw.rawHeaders)
  const fields = requestFields(faults?.session.fields(received) ?? received)
  return sendNodeRequest({
    agent: agents.for(url),
    url,
    method: request.method,
    fields: { ...fields, ...framing, ...trailerFields(request) },
    body: framing?.['content-length'] === '0' ? undefined : framing && bodyOf(request.raw, faults),
    onBodyChunk: () => {
      transfer.beats += 1
    },
    readAhead,
    onConnected,
    onInterim: (interim) => sendInterim(request.raw, reply.raw, interim),
    signal: transfer.signal,
    target,
  })
}

/** The body of the request, with the faults that act on it. */
function bodyOf(raw: FastifyRequest['raw'], faults: Delivery['faults']): Readable {
  return (faults && faultyUpload(faults.session, raw)) ?? raw
}

/**
 * Adds `facts.proxyError` to the error of an origin that sent no response. Other errors stay unchanged.
 */
function withProxyError(error: unknown, url: URL, timeout: ProxyError): LastbyteError {
  if (!(error instanceof LastbyteError)) return unreached(url, error)
  if (error.code !== 'SOURCE_TIMEOUT') return error
  const facts = { ...error.facts, host: url.host, proxyError: timeout }
  return new LastbyteError(error.code, error.message, facts)
}

function failedResponse(
  delivery: Delivery,
  { proxyName }: Forwarding,
  error: unknown,
): PreparedResponse {
  const { reply } = delivery
  if (error instanceof InjectedAnswer) return answerUpload(reply, error)
  const isOfOrigin = error instanceof LastbyteError && error.facts.proxyError !== undefined
  const named = isOfOrigin && proxyName !== undefined ? asSourceError(error, proxyName) : error
  const response = responseForError(delivery, named)
  if (response.kind !== 'problem') return response
  const isBadGateway = isOfOrigin && proxyName === undefined && error.code !== 'SOURCE_TIMEOUT'
  const problem = isBadGateway
    ? problemResponse(reply, BAD_GATEWAY, publicError(error, BAD_GATEWAY))
    : response
  if (bodyFraming(reply.request) === undefined) return problem
  // Closing a connection with unread bytes sends RST, after which the client may lose the response.
  reply.request.raw.resume()
  return { ...problem, fields: { ...problem.fields, ...endRequestBody(reply) } }
}

const BAD_GATEWAY = {
  status: 502,
  detail: 'The origin is unreachable, or its response is not valid HTTP.',
}
