import type { FastifyReply } from 'fastify'
import { delay } from '../../async/delay.js'
import { InjectedAnswer } from '../../fault/injected-answer.js'
import type { RegistrationContext } from '../../request/context.js'
import type { Delivery } from '../../request/exchange.js'
import { faultyUpload } from '../../request/faulty-upload.js'
import { answerUpload } from '../../response/answer-upload.js'
import { respondOnce } from '../../response/forward-request.js'
import { prepareForwarded } from '../../response/prepare-forwarded.js'
import type { PreparedResponse } from '../../response/prepared-response.js'
import { bodyFraming } from '../../response/request-body.js'
import { responseForError } from '../../response/send-response.js'
import type { NodeResponse } from '../../transport/node-request.js'
import { opened, passedFields, type SettledResponse } from './stub-response.js'

/**
 * Responds to a method other than GET and HEAD, for which there are no ranges and no representation, as an origin behind
 * `faultProxy` does: the body of the request is read first, with the faults that act on it.
 */
export async function respondToUpload(
  context: RegistrationContext,
  stub: { take(): SettledResponse },
  reply: FastifyReply,
): Promise<FastifyReply> {
  return respondOnce(context, reply, {
    prepare: (delivery) => stubbed(delivery, stub),
    failed: (delivery, error) =>
      error instanceof InjectedAnswer
        ? answerUpload(reply, error)
        : responseForError(delivery, error),
  })
}

async function stubbed(
  delivery: Delivery,
  stub: { take(): SettledResponse },
): Promise<PreparedResponse> {
  const { reply, transfer, faults } = delivery
  transfer.waitFor('source')
  const { raw } = reply.request
  if (bodyFraming(reply.request) !== undefined) {
    const body = faults && faultyUpload(faults.session, raw)
    await transfer.until(drain(body ?? raw.iterator({ destroyOnReturn: false })))
  }
  const taken = stub.take()
  if (taken.delay > 0) await delay(taken.delay, transfer.signal)
  const response = await opened(taken)
  return prepareForwarded(
    delivery,
    { responseFields: () => passedFields(response) },
    asReceived(response),
  )
}

async function drain(body: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of body);
}

/** The response in the form of one that an origin has sent. */
function asReceived(
  response: SettledResponse & { readonly stream: AsyncIterator<Uint8Array> },
): NodeResponse {
  const { status, body, stream } = response
  const length = typeof body === 'function' ? undefined : String(body.length)
  const passed = passedFields(response)
  const fields = { ...passed, ...(length !== undefined && { 'content-length': length }) }
  const field = (name: string) => (fields as Record<string, string>)[name]
  return { status, fields, field, httpVersion: '1.1', body: stream }
}
