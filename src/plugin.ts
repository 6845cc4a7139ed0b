import type { FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import { answer } from './answer.js'
import { decorateReply } from './decorators.js'
import { openDesk } from './desk.js'
import type { LastbyteOptions } from './options.js'
import { addRoutes } from './routes.js'
import { cacheControlField, settle } from './settings.js'
import { fileSource } from './source/file-source.js'
import { Stocks } from './stock.js'
import { decorateStreams } from './stream-decorators.js'

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
  if (!fastify.hasReplyDecorator('eventStream')) decorateStreams(fastify, desk)
  if (!settings.serve) return
  const stock = stocks.own
  const cacheControl = cacheControlField(options)
  const codings = settings.preCompressed
  await addRoutes(fastify, settings, stock.source, (key, reply) => {
    if (settings.allowedPath?.(`/${key}`, roots[0], reply.request) === false) {
      reply.callNotFound()
      return reply
    }
    return answer(desk, { key, stock, cacheControl, codings }, reply)
  })
}

export default fp(lastbyte, { name: 'lastbyte', fastify: '5.x' })
