import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { performEnding } from '../delivery/response-writer.js'
import { LastbyteError } from '../errors.js'
import type { Delivery } from '../request/exchange.js'
import { callNotFound } from './guard-fields.js'
import { type HeaderFields, mergeFields, withoutRepresentation } from './header-fields.js'
import type { BodyResponse, PreparedResponse } from './prepared-response.js'
import { failureResponse, sendProblemResponse } from './problem-response.js'
import { redirectTo } from './redirect.js'
import { startDelivery } from './start-delivery.js'
import { writeFields } from './write-fields.js'

/**
 * Sends a prepared response. Settles its transfer, unless the delivery of a body does so later. Never
 * throws: an error status is sent where a header field can't be.
 */
export function sendResponse(delivery: Delivery, response: PreparedResponse): FastifyReply {
  try {
    return send(delivery, response)
  } catch (error) {
    return sendFailed(delivery, error)
  }
}

/** Sends an error status, or ends the connection where not even that can be sent. */
function sendFailed(delivery: Delivery, error: unknown): FastifyReply {
  try {
    return send(delivery, responseForError(delivery, error))
  } catch (second) {
    delivery.reply.log.error({ err: second }, 'failed to send an error status')
    return send(delivery, { kind: 'no-response' })
  }
}

/** The response for an error before the header section. Logs the error, unless the client caused it. */
export function responseForError(
  { reply, transfer }: Pick<Delivery, 'reply' | 'transfer'>,
  error: unknown,
): PreparedResponse {
  const { signal, subject } = transfer
  if (signal.aborted && signal.reason.code === 'CLIENT_GONE') return { kind: 'client-gone' }
  // The handler has begun a response itself, so no status can be sent.
  if (reply.raw.headersSent) {
    reply.log.error({ path: subject.path, err: error }, 'failed after the header section')
    return { kind: 'no-response' }
  }
  const isClientError = error instanceof LastbyteError && error.code === 'BAD_FAULT'
  if (!isClientError) {
    reply.log.error({ path: subject.path, err: error }, 'failed before the header section')
  }
  return failureResponse(reply, error)
}

function send(delivery: Delivery, response: PreparedResponse): FastifyReply {
  const { reply, transfer, faults } = delivery
  switch (response.kind) {
    case 'body':
      transfer.status = response.status
      writeBodyFields(reply.code(response.status), response)
      startDelivery(delivery, response)
      return reply
    case 'complete':
      transfer.status = response.status
      writeFields(reply.code(response.status), response.fields)
      sendContent(reply, response.bytes)
      transfer.settle({ kind: 'complete' })
      return reply
    case 'no-response':
      transfer.settle({ kind: 'no-transfer' })
      faults?.note('fin')
      performEnding({ kind: 'cut' }, reply.raw)
      return reply.hijack()
    case 'client-gone':
      transfer.settle({ kind: 'no-transfer' })
      return reply.hijack()
    default:
      transfer.settle({ kind: 'no-transfer' })
      return sendOther(reply, response)
  }
}

/** Releases the source of the body where its fields can't be sent. */
function writeBodyFields(reply: FastifyReply, { fields, release }: BodyResponse): void {
  try {
    writeFields(reply, fields)
  } catch (error) {
    release().catch((failure) => {
      reply.log.error({ err: failure }, 'cannot close the source of a body')
    })
    throw error
  }
}

/** Sends a response that is not a transfer: it is neither in the log of transfers nor in the metrics. */
function sendOther(
  reply: FastifyReply,
  response: Extract<
    PreparedResponse,
    { kind: 'problem' | 'payload' | 'status' | 'redirect' | 'not-found' }
  >,
): FastifyReply {
  switch (response.kind) {
    case 'problem':
      return sendProblemResponse(reply, response)
    case 'payload':
      return addFields(reply, response).send(response.payload)
    case 'status':
      return sendContent(addFields(reply.code(response.status), response), undefined)
    case 'redirect':
      return redirectTo(reply, response.location)
    case 'not-found':
      return callNotFound(reply)
  }
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
