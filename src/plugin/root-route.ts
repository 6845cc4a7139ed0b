import type { FastifyInstance, FastifyRequest } from 'fastify'
import { rootInstance } from '../request/fastify-internals.js'
import { redirectTo } from '../response/redirect.js'
import { addReadable, type Registration, type Respond } from './readable-route.js'
import { handleUnrouted } from './unrouted-requests.js'
import { isParametric, locationOfRoot, type UrlSpace } from './url-space.js'

/**
 * Responds to the prefix without the slash at its end, which the route for `/files/*` does not match.
 *
 * The application may have a route for this path too, added later, which is to take precedence, while this
 * one precedes routes that match everything. Therefore it is an empty parameter followed by the name: to
 * find-my-way another route than the name itself, which is compared first.
 */
export function addRootRoute(registration: Registration): void {
  const { fastify, settings, target, space, shared } = registration
  const { constraints } = shared
  const { caseSensitive, ignoreTrailingSlash } = space.syntax
  const last = space.segments.at(-1)
  if (last === undefined || !(settings.redirect || ignoreTrailingSlash)) return

  const redirects = ({ raw }: FastifyRequest) =>
    settings.redirect ? locationOfRoot(space, raw.url ?? '') : undefined
  const respond: Respond = ({ reply }) => {
    const location = redirects(reply.request)
    return location === undefined ? target.serve('', reply) : redirectTo(reply, location)
  }
  const withoutSlash = (path: string) => path.slice(0, -1)
  const asParameter = (path: string) => withoutSlash(path).replace(/[^/]+$/, ':root(^$)$&')
  const isFree = (url: string) =>
    !fastify.hasRoute({ method: 'GET', url, constraints }) &&
    !fastify.hasRoute({ method: 'HEAD', url, constraints })

  if (isParametric(last) || !caseSensitive || (settings.prefix === '/' && ignoreTrailingSlash)) {
    // The router takes `/files/` for `/files`, so only a route can serve the folder.
    if (ignoreTrailingSlash && isFree(withoutSlash(space.path))) {
      addReadable(registration, withoutSlash(settings.prefix), respond)
    } else if (settings.redirect && Object.keys(constraints).length === 0) {
      redirectUnroutedRoot(fastify, space)
    }
    return
  }
  if (!isFree(asParameter(space.path))) return
  if (settings.prefix !== '/') {
    addReadable(registration, asParameter(settings.prefix), respond)
  } else if (settings.redirect) {
    // The prefix is the scope's, so that this route can't be one of the scope. It serves no file.
    const root = { ...registration, fastify: rootInstance(fastify) }
    addReadable(root, asParameter(space.path), respond)
  }
}

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
