import { METHODS } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** Responds to a request whose body has not been read. */
export type UnreadRequestHandler = (
  request: FastifyRequest,
  reply: FastifyReply,
) => FastifyReply | Promise<FastifyReply>

/**
 * Routes the requests of every method that Node's parser accepts, except those of `without`, to a handler that
 * reads the body itself. CONNECT never reaches a route: Node's server has an event of its own for it.
 */
export function routeAnyMethod(
  app: FastifyInstance,
  without: readonly string[],
  handler: UnreadRequestHandler,
): void {
  const methods = METHODS.filter((method) => method !== 'CONNECT' && !without.includes(method))
  for (const method of methods) {
    if (!app.supportedMethods.includes(method)) app.addHttpMethod(method)
  }
  app.route({
    method: methods,
    url: '/*',
    // In onRequest: after it Fastify parses the body, and refuses a Content-Type that it can't parse.
    onRequest: async (request, reply) => {
      await handler(request, reply)
      return reply
    },
    handler: (_request, reply) => reply,
  })
}
