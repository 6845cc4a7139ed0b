import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { InjectedAnswer } from '../fault/injected-answer.js'
import { beginTransfer } from '../request/begin-transfer.js'
import type { RegistrationContext } from '../request/context.js'
import type { Delivery } from '../request/exchange.js'
import { createFaultInjector } from '../request/fault-injector.js'
import { faultyUpload } from '../request/faulty-upload.js'
import { answerUpload } from '../response/answer-upload.js'
import { earlyResponse } from '../response/early-response.js'
import { bodyFraming } from '../response/request-body.js'
import { responseForError, sendResponse } from '../response/send-response.js'

/** The fault layers of an application whose hook has been added: several registrations may share one. */
const LAYERS = 'lastbyteUploadFaults'

/**
 * Lets faults act on the bodies of requests to the routes of the application, as its parsers read them. The paths of
 * the faults themselves are left out.
 */
export function addUploadFaults(fastify: FastifyInstance, context: RegistrationContext): void {
  const { faults } = context.settings
  if (faults === undefined) return
  if (!fastify.hasDecorator(LAYERS)) fastify.decorate(LAYERS, new WeakSet())
  const layers = fastify.getDecorator<WeakSet<object>>(LAYERS)
  if (layers.has(faults)) return
  layers.add(faults)
  fastify.addHook('preParsing', (request, reply, payload, done) => {
    const isOwn = request.raw.url?.includes('/-/') === true
    if (isOwn || bodyFraming(request) === undefined) return done(null, payload)
    receive(context, reply).then(
      (result) => {
        if (result !== 'sent') done(null, result === 'unchanged' ? payload : (result as never))
      },
      (error: Error) => done(error),
    )
  })
}

async function receive(
  context: RegistrationContext,
  reply: FastifyReply,
): Promise<Readable | 'unchanged' | 'sent'> {
  const scope = beginTransfer(context, reply)
  const settle = () => scope.transfer.settle({ kind: 'no-transfer' })
  let delivery: Delivery = { ...scope, faults: undefined }
  try {
    delivery = { ...scope, faults: createFaultInjector(scope, 'uploads') }
    const early = await earlyResponse(reply, delivery.faults, undefined)
    if (early !== undefined) {
      sendResponse(delivery, early)
      return 'sent'
    }
  } catch (error) {
    sendResponse(delivery, responseForError(delivery, error))
    return 'sent'
  }
  const { faults } = delivery
  const body = faults && faultyUpload(faults.session, reply.request.raw)
  if (body !== undefined)
    return Readable.from(answering(body, delivery, settle), { objectMode: false })
  settle()
  return 'unchanged'
}

/** The body for a parser, which waits for ever after the response of a fault: nothing else responds then. */
async function* answering(
  body: Readable,
  delivery: Delivery,
  settle: () => void,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body
  } catch (error) {
    if (error instanceof InjectedAnswer) {
      sendResponse(delivery, answerUpload(delivery.reply, error))
      await new Promise(() => {})
    }
    settle()
    throw error
  }
  settle()
}
