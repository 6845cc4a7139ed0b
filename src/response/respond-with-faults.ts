import type { FastifyReply } from 'fastify'
import { beginTransfer } from '../request/begin-transfer.js'
import type { RegistrationContext } from '../request/context.js'
import type { Delivery } from '../request/exchange.js'
import { createFaultInjector } from '../request/fault-injector.js'
import { earlyResponse } from './early-response.js'
import type { PreparedResponse } from './prepared-response.js'
import { responseForError, sendResponse } from './send-response.js'

/**
 * Responds to a request that transfers no file, with the faults that replace such a response or edit its header
 * section. Without a fault layer, `respond` is called at once.
 */
export function respondWithFaults(
  context: RegistrationContext,
  reply: FastifyReply,
  respond: () => FastifyReply,
): FastifyReply | Promise<FastifyReply> {
  return context.settings.faults === undefined ? respond() : inject(context, reply, respond)
}

async function inject(
  context: RegistrationContext,
  reply: FastifyReply,
  respond: () => FastifyReply,
): Promise<FastifyReply> {
  const scope = beginTransfer(context, reply)
  let delivery: Delivery = { ...scope, faults: undefined }
  let response: PreparedResponse | undefined
  try {
    delivery = { ...scope, faults: createFaultInjector(scope) }
    response = await earlyResponse(reply, delivery.faults, undefined)
  } catch (error) {
    response = responseForError(delivery, error)
  }
  if (response !== undefined) return sendResponse(delivery, response)
  scope.transfer.settle({ kind: 'no-transfer' })
  return respond()
}
