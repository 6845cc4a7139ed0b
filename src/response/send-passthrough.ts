import type { FastifyReply } from 'fastify'
import type { Delivery } from '../request/exchange.js'
import type { PassedAnswer } from '../source/byte-source.js'
import { startDelivery } from './start-delivery.js'

/** Passes another server's answer on as it is: it ends short where that does. */
export function sendPassthrough(delivery: Delivery, answer: PassedAnswer): FastifyReply {
  const { reply, transfer } = delivery
  const { status, fields, length } = answer
  transfer.status = status
  reply.code(status).headers(fields)
  const isEmpty = status === 204 || status === 304
  if (length !== undefined && !isEmpty) reply.header('content-length', length)
  if (isEmpty || reply.request.method === 'HEAD') {
    answer.close().catch(() => {})
    transfer.settle()
    return reply.send()
  }
  const rest = answer.read(transfer.signal)[Symbol.asyncIterator]()
  startDelivery(delivery, { length, first: undefined, rest }, () => answer.close())
  return reply
}
