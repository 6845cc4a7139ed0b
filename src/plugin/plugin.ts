import type { FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import { createContext } from '../request/context.js'
import { SourceRegistry } from '../request/source-registry.js'
import { handleRequest } from '../response/handle-request.js'
import type { LastbyteOptions } from '../settings/options.js'
import { cacheControlField, settleOptions } from '../settings/settings.js'
import { fileSource } from '../source/file/file-source.js'
import { decorateReply } from './file-decorators.js'
import { addRoutes } from './routes.js'
import { decorateStreams } from './stream-decorators.js'

/** The Fastify plugin: serves what a source holds, whole, in ranges, and on from the last byte. */
const lastbyte: FastifyPluginAsync<LastbyteOptions> = async (fastify, options) => {
  const settings = settleOptions(options)
  const { roots, dotfiles } = settings
  const sources = new SourceRegistry(settings.source ?? fileSource({ roots, dotfiles }), settings)
  fastify.addHook('onClose', () => sources.close())
  const context = createContext(fastify, settings)

  if (settings.decorateReply ?? !fastify.hasReplyDecorator('sendFile')) {
    decorateReply(fastify, context, sources, options)
  }
  if (!fastify.hasReplyDecorator('eventStream')) decorateStreams(fastify, context)
  if (!settings.serve) return
  const served = sources.own
  const cacheControl = cacheControlField(options)
  const codings = settings.preCompressed
  await addRoutes(fastify, settings, served.source, (key, reply) => {
    if (settings.allowedPath?.(`/${key}`, roots[0], reply.request) === false) {
      reply.callNotFound()
      return reply
    }
    return handleRequest(context, { key, served, cacheControl, codings }, reply)
  })
}

export default fp(lastbyte, { name: 'lastbyte', fastify: '5.x' })
