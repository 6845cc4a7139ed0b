import type { FastifyReply } from 'fastify'
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
  const scope = beginTransfer(context, reply, signal)
  beginResponse(reply, scope.transfer)
  let delivery: Delivery = { ...scope, faults: undefined }
  let response: PreparedResponse | undefined
  try {
    response = responseWithoutSource(reply, stream.framing)
    if (response === undefined) {
      delivery = { ...scope, faults: createFaultInjector(scope) }
      response = await prepareStream(delivery, stream)
    } else {
      releaseSource(stream.items(AbortSignal.abort()), reply)
    }
  } catch (error) {
    response = streamFailure(delivery, error)
  }
  sendResponse(delivery, response)
}
