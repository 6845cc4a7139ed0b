import type { FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import { openDesk } from '../request/context.js'
import { Stocks } from '../request/source-registry.js'
import { answer } from '../response/handle-request.js'
import type { LastbyteOptions } from '../settings/options.js'
import { cacheControlField, settle } from '../settings/settings.js'
import { fileSource } from '../source/file/file-source.js'
import { decorateReply } from './file-decorators.js'
import { addRoutes } from './routes.js'
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
