import type { FastifyReply } from 'fastify'
import type { InjectedAnswer } from '../fault/injected-answer.js'
import { preparedEarly } from './early-response.js'
import type { PreparedResponse } from './prepared-response.js'
import { endRequestBody } from './request-body.js'

/** The response of a fault to a request whose body has not been received completely. */
export function answerUpload(
  reply: FastifyReply,
  { response, rest }: InjectedAnswer,
): PreparedResponse {
  const prepared = preparedEarly(reply, response)
  if (!('fields' in prepared)) return prepared
  const closing = rest === 'closed' ? endRequestBody(reply) : {}
  // Closing a connection with unread bytes sends RST, after which the client may lose the response.
  reply.request.raw.resume()
  return { ...prepared, fields: { ...prepared.fields, ...closing } } as PreparedResponse
}
