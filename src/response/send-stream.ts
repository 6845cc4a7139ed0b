import type { FastifyReply } from 'fastify'
import { toReadable } from '../errors.js'
import { EVENT_STREAM_TYPE } from '../http/event-stream.js'
import { noteRoute } from '../observe/response-notes.js'
import { beginTransfer } from '../request/begin-transfer.js'
import type { RegistrationContext } from '../request/context.js'
import type { Delivery } from '../request/exchange.js'
import { createFaultInjector } from '../request/fault-injector.js'
import { awaitByClose } from './awaited-reply.js'
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
  const { transfer } = scope
  beginResponse(reply, transfer)
  awaitByClose(reply)
  // Not by a spread, which gives each object a shape of its own.
  let delivery: Delivery = { context, reply, transfer, faults: undefined }
  let response: PreparedResponse | undefined
  let unread: AsyncIterator<T> | undefined
  try {
    // Before anything that may throw: a rejected promise or a stream that nothing reads would stay behind.
    unread = stream.items(transfer)
    response = responseWithoutSource(reply, stream.framing)
    if (response === undefined) {
      const faults = createFaultInjector(scope)
      if (faults !== undefined) delivery = { context, reply, transfer, faults }
      const source = unread
      unread = undefined
      // The source is read after the handler has returned, not within its call of this package.
      await Promise.resolve()
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
  if (tells === 'event' && delivery.transfer.abortReason === undefined) {
    return errorEventResponse(delivery, framing, error)
  }
  const response = streamFailure(delivery, error)
  const isEvents = framing.contentType.startsWith(EVENT_STREAM_TYPE)
  if (response.kind !== 'problem' || !isEvents) return response
  return temporaryFailure(delivery, { ...response, error }, settings) ?? response
}
