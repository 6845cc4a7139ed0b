import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import { answer } from './answer.js'
import { decorateReply } from './decorators.js'
import { Departures } from './delivery/departure.js'
import { TransferBook } from './delivery/transfer-book.js'
import type { Desk } from './exchange.js'
import type { LastbyteOptions } from './options.js'
import { addRoutes } from './routes.js'
import { cacheControlField, type Settings, settle } from './settings.js'
import { fileSource } from './source/file-source.js'
import { Stocks } from './stock.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** What the registrations of lastbyte in this application are sending, and have sent. */
    transfers: TransferBook
  }
}

/** The Fastify plugin: serves what a source holds, whole, in ranges, and on from the last byte. */
const lastbyte: FastifyPluginAsync<LastbyteOptions> = async (fastify, options) => {
  const settings = settle(options)
  const { roots, dotfiles } = settings
  const stocks = new Stocks(settings.source ?? fileSource({ roots, dotfiles }), settings)
  fastify.addHook('onClose', () => stocks.close())
  const desk = openDesk(fastify, settings)

  if (settings.decorateReply ?? !fastify.hasReplyDecorator('sendFile')) {
    decorateReply(fastify, desk, stocks, options)
  }
  if (!settings.serve) return
  const stock = stocks.own
  const cacheControl = cacheControlField(options)
  await addRoutes(fastify, settings, stock.source, async (key, reply) => {
    if (settings.allowedPath?.(`/${key}`, roots[0], reply.request) === false) {
      reply.callNotFound()
      return reply
    }
    return answer(desk, { key, stock, cacheControl }, reply)
  })
}

function openDesk(fastify: FastifyInstance, settings: Settings): Desk {
  if (!fastify.hasDecorator('transfers')) fastify.decorate('transfers', new TransferBook())
  const book = fastify.transfers
  fastify.addHook('preClose', async () => book.drain(settings.shutdownGrace))
  book.observe(() => {
    // A connection that falls idle while the server stops would hold it for the keep-alive time.
    if (book.draining) setImmediate(() => fastify.server.closeIdleConnections?.())
  })
  return {
    settings,
    book,
    departures: new Departures(),
  }
}

export default fp(lastbyte, { name: 'lastbyte', fastify: '5.x' })
