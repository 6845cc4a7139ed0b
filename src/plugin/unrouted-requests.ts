import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { sendEarlyError } from '../response/handle-request.js'

/** The response to a request without a route; undefined: that of the application's not-found handler. */
export type UnroutedHandler = (
  request: FastifyRequest,
  reply: FastifyReply,
) => FastifyReply | undefined | Promise<FastifyReply | undefined>

/**
 * Responds to requests for which the application has no route. A hook, since a route such as `OPTIONS /*`
 * would collide with those that other plugins and the application add for the same methods, before or
 * after this one. It runs after all onRequest hooks, such as those that authenticate, and before the body of
 * the request is read.
 */
export function handleUnrouted(fastify: FastifyInstance, handle: UnroutedHandler): void {
  fastify.addHook('preParsing', (request, reply, _payload, done) => {
    if (!request.is404) return done()
    Promise.resolve(handle(request, reply)).then(
      (sent) => {
        if (sent === undefined) done()
      },
      (error) => void sendEarlyError(reply, error),
    )
  })
}
