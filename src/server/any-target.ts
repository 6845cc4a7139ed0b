import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyServerOptions } from 'fastify'
import { splitTarget } from '../http/request-target.js'

type RoutedRequest = Pick<IncomingMessage, 'url'> & { originalUrl?: string }

/**
 * Options with which the router accepts every request target: one that it could not decode is routed as `/`.
 * `restoreTargets` must be called as well.
 */
export const ANY_TARGET: FastifyServerOptions = {
  rewriteUrl: ({ url = '' }) => (isRoutable(url) ? url : '/'),
}

/** Gives the handlers the request target as it was received. Its hook must be the first one. */
export function restoreTargets(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const raw: RoutedRequest = request.raw
    if (raw.originalUrl !== undefined && raw.originalUrl !== raw.url) raw.url = raw.originalUrl
    done()
  })
}

/** Whether the router decodes the path without an error. */
function isRoutable(url: string): boolean {
  const { path } = splitTarget(url)
  if (!path.startsWith('/')) return false
  try {
    decodeURI(path)
    return true
  } catch {
    return false
  }
}
