import type { FastifyReply } from 'fastify'
import { toReadable } from '../errors.js'
import { EVENT_STREAM_TYPE } from '../http/event-stream.js'
import { noteRoute } from '../observe/response-notes.js'
import { beginTransfer } from '../request/begin-transfer.js'
import type { RegistrationContext } from '../request/context.js'
import type { Delivery } from '../request/exchange.js'
import { createFaultInjector } from '../request/fault-injector.js'
import {
  type ApplicationStream,
  prepareStream,
  releaseSource,
  responseWithoutSource,
  streamFailure,
} from './prepare-stream.js'
import type { PreparedResponse } from './prepared-response.js'
import { beginResponse, restoreCaching } from './reply-state.js'
import { sendResponse } from './send-response.js'
import { errorEventResponse, temporaryFailure } from './temporary-failure.js'

/**
 * Sends an application's stream. Never rejects: errors become error responses or error frames.
 *
 * @param signal the application's own signal that ends the stream
 */
export async function sendStream<T>(
  context: RegistrationContext,
  reply: FastifyReply,
  stream: ApplicationStream<T>,
  signal: AbortSignal | undefined,
): Promise<void> {
  restoreCaching(reply)
  noteRoute(reply.raw, 'stream')
  const scope = beginTransfer(context, reply, signal)
  beginResponse(reply, scope.transfer)
  let delivery: Delivery = { ...scope, faults: undefined }
  let response: PreparedResponse | undefined
  let unread: AsyncIterator<T> | undefined
  try {
    // Before anything that may throw: a rejected promise or a stream that nothing reads would stay behind.
    unread = stream.items(scope.transfer.signal)
    response = responseWithoutSource(reply, stream.framing)
    if (response === undefined) {
      delivery = { ...scope, faults: createFaultInjector(scope) }
      const source = unread
      unread = undefined
      response = await prepareStream(delivery, stream, source)
    }
  } catch (thrown) {
    response = failedResponse(delivery, stream, thrown)
  }
  if (unread !== undefined) releaseSource(unread, reply)
  sendResponse(delivery, response)
}

function failedResponse<T>(
  delivery: Delivery,
  { framing, settings, tells }: ApplicationStream<T>,
  thrown: unknown,
): PreparedResponse {
  const error = toReadable(thrown)
  if (tells === 'event' && !delivery.transfer.signal.aborted) {
    return errorEventResponse(delivery, framing, error)
  }
  const response = streamFailure(delivery, error)
  const isEvents = framing.contentType.startsWith(EVENT_STREAM_TYPE)
  if (response.kind !== 'problem' || !isEvents) return response
  return temporaryFailure(delivery, { ...response, error }, settings) ?? response
}
