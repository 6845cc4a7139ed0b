import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { performEnding } from '../delivery/response-writer.js'
import { toError, toReadable } from '../errors.js'
import { statusCodeOf } from '../http/stream-error.js'
import type { Delivery } from '../request/exchange.js'
import { ThrownByApplication } from './application-call.js'
import {
  type HeaderFields,
  mergeFields,
  withoutFields,
  withoutRepresentation,
} from './header-fields.js'
import type { BodyResponse, PreparedResponse } from './prepared-response.js'
import {
  failureResponse,
  sendFailure,
  sendNotFound,
  sendProblemResponse,
} from './problem-response.js'
import { redirectTo } from './redirect.js'
import { claimResponse, isReplaced, passError, releaseReply } from './reply-state.js'
import { settleReplaced, startDelivery } from './start-delivery.js'
import { closeAfterwards, writeFields } from './write-fields.js'

/**
 * Sends a prepared response. Settles its transfer, unless the delivery of a body does so later. Never
 * throws: an error status is sent where a header field can't be. Sends nothing where the application has
 * responded meanwhile.
 */
export function sendResponse(delivery: Delivery, response: PreparedResponse): FastifyReply {
  if (!claimResponse(delivery.reply, delivery.transfer)) return discard(delivery, response)
  // Fastify has closed the idle connections, and would wait until the client of this one leaves.
  if (delivery.context.transfers.draining) closeAfterwards(delivery.reply)
  try {
    return send(delivery, response)
  } catch (error) {
    return sendFailed(delivery, error)
  }
}

function discard({ reply, transfer }: Delivery, response: PreparedResponse): FastifyReply {
  transfer.settle({ kind: 'no-transfer' })
  if (response.kind === 'body') {
    response.release().catch((error) => {
      reply.log.error({ err: toError(error) }, 'cannot close the source of a body')
    })
  }
  return reply
}

/** Sends an error status, or ends the connection where not even that can be sent. */
function sendFailed(delivery: Delivery, error: unknown): FastifyReply {
  try {
    return send(delivery, responseForError(delivery, error))
  } catch (second) {
    delivery.reply.log.error({ err: toError(second) }, 'failed to send an error status')
    return send(delivery, { kind: 'no-response' })
  }
}

/** The response for an error before the header section. Logs the error, unless the client caused it. */
export function responseForError(
  { reply, transfer }: Pick<Delivery, 'reply' | 'transfer'>,
  thrown: unknown,
): PreparedResponse {
  const error = toReadable(thrown)
  const { abortReason, subject } = transfer
  if (abortReason?.code === 'CLIENT_GONE') return { kind: 'client-gone' }
  if (isReplaced(transfer)) return { kind: 'no-response' }
  // The handler has begun a response itself, so no status can be sent.
  if (reply.raw.headersSent) {
    reply.log.error({ path: subject.path, err: error }, 'failed after the header section')
    return { kind: 'no-response' }
  }
  if (error instanceof ThrownByApplication) return { kind: 'thrown', error }
  const response = failureResponse(reply, error)
  if (response.status >= 500) {
    reply.log.error({ path: subject.path, err: error }, 'failed before the header section')
  }
  return response
}

function send(delivery: Delivery, response: PreparedResponse): FastifyReply {
  const { reply, transfer, faults } = delivery
  switch (response.kind) {
    case 'body':
      leaveOutTrailers(delivery)
      transfer.status = response.status
      transfer.expected = response.body.length
      writeBodyFields(reply.code(response.status), response)
      startDelivery(delivery, response)
      return reply
    case 'complete':
      leaveOutTrailers(delivery)
      transfer.status = response.status
      writeFields(reply.code(response.status), response.fields)
      sendContent(reply, response.bytes)
      settleComplete(delivery)
      return reply
    case 'no-response':
      transfer.settle({ kind: 'no-transfer' })
      if (response.ending === undefined) faults?.note('fin')
      else faults?.noteEnding(response.ending, {})
      performEnding(response.ending ?? { kind: 'cut' }, reply.raw)
      return reply.hijack()
    case 'client-gone':
      transfer.settle({ kind: 'no-transfer' })
      return reply.hijack()
    default:
      transfer.settle({ kind: 'no-transfer' })
      return sendOther(reply, response)
  }
}

/** A body with a length cannot be followed by trailers (RFC 9112 §7.1.2); a stream ends with its own frame. */
function leaveOutTrailers({ context, reply }: Delivery): void {
  const trailers = context.internals.dropTrailers(reply)
  if (trailers.length > 0) reply.log.warn({ trailers }, 'left out the trailers of the reply')
}

/** A length that the application has set, which a body of unknown length may exceed: the rest would be the next response. */
const LENGTH = new Set(['content-length'])

/** Releases the source of the body where its fields can't be sent. */
function writeBodyFields(reply: FastifyReply, response: BodyResponse): void {
  const { fields, body } = response
  try {
    writeFields(reply, body.length === undefined ? withoutFields(fields, LENGTH) : fields)
  } catch (error) {
    response.release().catch((failure) => {
      reply.log.error({ err: toError(failure) }, 'cannot close the source of a body')
    })
    throw error
  }
}

/** Settles the transfer when no onSend hook can throw any more, which would replace the response. */
function settleComplete(delivery: Delivery): void {
  const { context, reply, transfer } = delivery
  const complete = () => transfer.settle({ kind: 'complete' })
  const aborted = () => (isReplaced(transfer) ? settleReplaced(delivery) : complete())
  if (context.internals.skipsOnSend(reply)) complete()
  else if (transfer.abortReason !== undefined) aborted()
  else {
    transfer.signal.addEventListener('abort', aborted, { once: true })
    reply.raw.once('finish', () => {
      if (!isReplaced(transfer)) complete()
    })
  }
}

/** Sends a response that is not a transfer: it is neither in the log of transfers nor in the metrics. */
function sendOther(
  reply: FastifyReply,
  response: Extract<
    PreparedResponse,
    { kind: 'problem' | 'thrown' | 'payload' | 'status' | 'redirect' | 'not-found' }
  >,
): FastifyReply {
  switch (response.kind) {
    case 'problem':
      return sendProblemResponse(reply, response)
    case 'thrown':
      return sendThrownError(reply, response.error)
    case 'payload':
      return addFields(reply, response).send(response.payload)
    case 'status':
      return sendContent(addFields(reply.code(response.status), response), undefined)
    case 'redirect':
      return redirectTo(reply, response.location)
    case 'not-found':
      return sendNotFound(reply)
  }
}

/** Passes what a function of the application has thrown to its error handlers, with the status it names. */
export function sendThrownError(
  reply: FastifyReply,
  { thrown, task }: ThrownByApplication,
): FastifyReply {
  const status = statusCodeOf(thrown)
  if (status === undefined && task === 'file') return sendFailure(reply, thrown)
  releaseReply(reply)
  // Not by `reply.code`, as for the problems of this package.
  if (reply.statusCode === 200) reply.raw.statusCode = status ?? 500
  return passError(reply, thrown)
}

/** Adds fields to those of the application, which they replace; the values of Vary are joined. */
function addFields(
  reply: FastifyReply,
  { kind, fields }: { readonly kind: string; readonly fields: HeaderFields },
): FastifyReply {
  const { vary, ...others } = fields
  const merged = mergeFields(vary === undefined ? {} : { vary }, reply.getHeaders())
  // A status without content has no representation that the application's fields could describe.
  const application = kind === 'status' ? withoutRepresentation(merged) : merged
  return writeFields(reply, { ...application, ...others })
}

/**
 * Sends content, or none. For HEAD without content an empty stream is sent: the route that Fastify adds
 * for HEAD would announce a length of 0 where there is no payload.
 */
function sendContent(reply: FastifyReply, bytes: Buffer | undefined): FastifyReply {
  const isHead = bytes === undefined && reply.request.method === 'HEAD'
  return reply.send(isHead ? Readable.from([]) : bytes)
}
