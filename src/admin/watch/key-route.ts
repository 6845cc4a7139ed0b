import type { FastifyReply } from 'fastify'
import { DisconnectWatcher } from '../../delivery/client-disconnect.js'
import { requestSignal } from '../../request/request-signal.js'
import { sendEarlyError } from '../../response/handle-request.js'
import { sendNotFound } from '../../response/problem-response.js'
import { keyOf, urlSpace } from '../../response/url-space.js'
import type { PageRouter } from '../page-router.js'

/** The key that a request for a page names, while its client is there. */
export interface KeyRequest {
  readonly key: string
  /** Aborted when the client has left. */
  readonly signal: AbortSignal
}

export interface KeyRoute {
  /** The path of the route with a slash at its end; a key follows. */
  readonly path: string
  /** Whether the application permits a request for the file with this key. */
  readonly allows: (key: string, reply: FastifyReply) => boolean
  readonly respond: (reply: FastifyReply, request: KeyRequest) => Promise<FastifyReply>
}

/** Adds a route below which each path names a file. */
export function addKeyRoute(router: PageRouter, { path, allows, respond }: KeyRoute): void {
  const disconnects = new DisconnectWatcher()
  const space = urlSpace(router, path)
  router.get(`${path}*`, async (request, reply) => {
    const key = keyOf(space, request, reply)
    if (key === undefined) return reply
    const signal = requestSignal(disconnects, reply)
    try {
      if (!allows(key, reply)) return sendNotFound(reply)
      return await respond(reply, { key, signal })
    } catch (error) {
      return signal.aborted ? reply.hijack() : sendEarlyError(reply, error)
    }
  })
}
