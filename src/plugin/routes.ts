import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { LastbyteError } from '../errors.js'
import { receivedPath } from '../http/forwarded-target.js'
import { callCurrentErrorHandler } from '../request/fastify-internals.js'
import { sendNotFound } from '../response/problem-response.js'
import { onRouteError } from '../response/reply-state.js'
import { type UrlSpace, urlSpace } from '../response/url-space.js'
import type { Settings } from '../settings/settings.js'
import { type AccessGuard, accessHook } from './access-guard.js'
import { canonicalKey, everyKey, fileRoutes, isTooLong } from './file-routes.js'
import { addOtherMethods } from './other-methods.js'
import {
  addReadable,
  type Registration,
  type RouteTarget,
  type SharedOptions,
} from './readable-route.js'
import { addRootRoute } from './root-route.js'

/**
 * The decorator of an application that forwards dot segments, where the source forwards paths: a proxy, which
 * has no routes and hooks that guard paths.
 */
export const FORWARDS_DOTS = Symbol('lastbyte.forwardsDots')

/** The options of every route of a registration, its pages included. */
export function sharedOptions(
  fastify: FastifyInstance,
  { constraints = {}, logLevel, schemaHide }: Settings,
  guard?: AccessGuard,
): SharedOptions {
  return {
    constraints,
    ...(logLevel !== undefined && { logLevel }),
    ...(guard !== undefined && { preParsing: accessHook(guard) }),
    errorHandler: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      callCurrentErrorHandler(fastify, error, request, reply),
    onError: onRouteError,
    ...forOtherPlugins({ schemaHide }),
  }
}

/** Adds the routes of a registration. Returns which keys have one; undefined if all have. */
export async function addRoutes(
  fastify: FastifyInstance,
  settings: Settings,
  target: RouteTarget,
): Promise<((key: string) => boolean) | undefined> {
  const { prefix } = settings
  const shared = sharedOptions(fastify, settings, target.guard)
  const { paths } = target.source
  // A guard judges the key, so with one the key must be what the origin reads.
  const judged = settings.allowedPath === undefined ? paths : undefined
  const dots = fastify.hasDecorator(FORWARDS_DOTS) ? 'forwarded' : 'judged'
  const space: UrlSpace = { ...urlSpace(fastify, prefix), paths: judged, dots }
  const registration = { fastify, settings, target, space, shared }
  if (!settings.wildcard) return addFileRoutes(registration)
  addReadable(registration, `${prefix}*`, ({ key, reply }) => {
    const { url = '' } = reply.request.raw
    const path = paths && receivedPath(url, space.segments.length, space.syntax)
    return target.serve(key, reply, path)
  })
  addRootRoute(registration)
  addOtherMethods(registration)
  return undefined
}

/** A route for each present file and folder. A route that the application has added before takes precedence. */
async function addFileRoutes(registration: Registration): Promise<(key: string) => boolean> {
  const { fastify, settings, target, space, shared } = registration
  const bare = settings.redirect || space.syntax.ignoreTrailingSlash
  const closed = new AbortController()
  fastify.addHook('onClose', async () => {
    // A source may still list where Fastify has given up waiting for this plugin.
    closed.abort(new LastbyteError('SHUTDOWN', 'Cannot list files: the application is closing'))
  })
  const found = await everyKey(target.source, { ...settings, bare }, closed.signal)
  const keys = found.filter((key) => !target.pages?.has(settings.prefix + key))
  for (const { url, keys: routeKeys } of fileRoutes(keys, space.syntax)) {
    const { constraints } = shared
    if (fastify.hasRoute({ method: 'GET', url: space.path + url, constraints })) continue
    addReadable(registration, settings.prefix + url, ({ key, reply }) => {
      const served = routeKeys.get(canonicalKey(key, space.syntax))
      return served === undefined ? sendNotFound(reply) : target.serve(served, reply)
    })
  }
  if (keys.includes('')) addRootRoute(registration)
  const tooLong = keys.filter((key) => isTooLong(key, space.syntax))
  const routed = new Set(keys.map((key) => canonicalKey(key, space.syntax)))
  const hasRoute = (key: string) => routed.has(canonicalKey(key, space.syntax))
  if (tooLong.length === 0) return hasRoute
  const example = tooLong[0]
  const { maxParamLength } = space.syntax
  const message = 'files without a URL: raise maxParamLength of Fastify, or use wildcard: true'
  fastify.log.warn({ files: tooLong.length, example, maxParamLength }, message)
  return hasRoute
}

/** Options for other plugins: whether API descriptions hide the routes, and that they aren't compressed. */
function forOtherPlugins({ schemaHide }: Pick<Settings, 'schemaHide'>): object {
  return { schema: { hide: schemaHide }, compress: false }
}
