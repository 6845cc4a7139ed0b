import type { FastifyInstance } from 'fastify'
import { rootInstance } from '../request/fastify-internals.js'
import { redirectTo } from '../response/redirect.js'
import { isParametric, locationOfRoot, type UrlSpace } from '../response/url-space.js'
import { addReadable, type Registration, type Respond } from './readable-route.js'
import { handleUnrouted } from './unrouted-requests.js'

/**
 * Responds to the prefix without the slash at its end, which the route for `/files/*` does not match.
 *
 * The application may have a route for this path too, added later, which is to take precedence, while this
 * one precedes routes that match everything. Therefore it is the name followed by an empty parameter: to
 * find-my-way another route than the name itself, which is compared first.
 */
export function addRootRoute(registration: Registration): void {
  const { fastify, settings, target, space, shared } = registration
  const { constraints } = shared
  const { ignoreTrailingSlash } = space.syntax
  const last = space.segments.at(-1)
  if (last === undefined || !(settings.redirect || ignoreTrailingSlash)) return

  const respond: Respond = ({ reply }) => {
    const { url = '' } = reply.request.raw
    const location = settings.redirect ? locationOfRoot(space, url) : undefined
    return location === undefined ? target.serve('', reply) : redirectTo(reply, location)
  }
  const isFree = (url: string) =>
    !fastify.hasRoute({ method: 'GET', url, constraints }) &&
    !fastify.hasRoute({ method: 'HEAD', url, constraints })
  const path = space.path.slice(0, -1)
  const own = settings.prefix.slice(0, -1)
  // The routes of a scope with a slash at the end of its prefix all have that slash.
  const isInScope = own !== '' || !fastify.prefix.endsWith('/')

  if (isParametric(last) || (!isInScope && ignoreTrailingSlash)) {
    // The router takes `/files/` for `/files`, so only a route can serve the folder.
    if (ignoreTrailingSlash && isFree(path)) addReadable(registration, own, respond)
    else if (settings.redirect && Object.keys(constraints).length === 0) {
      redirectUnroutedRoot(fastify, space)
    }
  } else if (isFree(path + EMPTY)) {
    if (isInScope) addReadable(registration, own + EMPTY, respond)
    // It serves no file, so that it needs no hooks of the scope.
    else addReadable({ ...registration, fastify: rootInstance(fastify) }, path + EMPTY, respond)
  }
}

/** A parameter that matches nothing. */
const EMPTY = ':root(^$)'

/**
 * Redirects to the folder of all files where the slash at its end is missing. The 404 of a scope is that of
 * the whole application, unless the scope has a handler of its own: the hook has to be in both.
 */
function redirectUnroutedRoot(fastify: FastifyInstance, space: UrlSpace): void {
  handleUnrouted(rootInstance(fastify), ({ method, raw }, reply) => {
    if (method !== 'GET' && method !== 'HEAD') return undefined
    const location = locationOfRoot(space, raw.url ?? '')
    return location === undefined ? undefined : redirectTo(reply, location)
  })
}
