import type { FastifyReply } from 'fastify'
import { type Asked, beginExchange, type Desk, type Exchange } from './exchange.js'
import { splitTarget } from './http/request-target.js'
import { answerListing } from './listing-answer.js'
import { type Located, locate } from './locate.js'
import { refuse, refuseFailure } from './refusal.js'
import { send } from './send.js'

/** Answers a GET or HEAD for a key: locates, opens, and sends what is there. Never rejects. */
export async function answer(desk: Desk, asked: Asked, reply: FastifyReply): Promise<FastifyReply> {
  const exchange = beginExchange(desk, asked, reply)
  try {
    const located = await open(exchange)
    if (located.kind === 'representation') return await send(exchange, located)
    desk.book.forget(exchange.transfer)
    return await answerOtherwise(exchange, located)
  } catch (error) {
    desk.book.forget(exchange.transfer)
    const { signal, subject } = exchange.transfer
    if (signal.aborted && signal.reason.code === 'CLIENT_GONE') return reply.hijack()
    reply.log.error({ path: subject.path, err: error }, 'failed before the headers')
    return refuseFailure(reply, error)
  }
}

/** Locates without waiting for a client that has left; what is opened too late is closed again. */
async function open({ desk, asked, reply, transfer }: Exchange): Promise<Located> {
  const { method, headers } = reply.request
  const request = { method: method === 'HEAD' ? 'HEAD' : 'GET', range: headers.range } as const
  const opening = locate(asked.stock.source, asked.key, desk.settings, request, transfer.signal)
  try {
    return await transfer.until(opening)
  } catch (error) {
    opening.then(closeLate).catch(() => {})
    throw error
  }
}

async function closeLate(located: Located): Promise<void> {
  if (located.kind === 'representation') await located.representation.close()
}

async function answerOtherwise(
  { desk, asked, reply }: Exchange,
  located: Exclude<Located, { kind: 'representation' }>,
): Promise<FastifyReply> {
  switch (located.kind) {
    case 'redirect': {
      const { path, query } = splitTarget(reply.request.raw.url ?? '')
      return reply.redirect(`${path}/${query}`, 301)
    }
    case 'listing':
      return answerListing(desk.settings, asked.key, located.entries, reply)
    case 'refused':
      return refuse(reply, 403, located.reason)
    case 'absent':
      reply.callNotFound()
      return reply
  }
}
