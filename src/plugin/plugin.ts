import { existsSync } from 'node:fs'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply } from 'fastify'
import fp from 'fastify-plugin'
import { RegistrationPages } from '../admin/page-router.js'
import { type PageRoutesOptions, pageRoutes } from '../admin/page-routes.js'
import { timedSource } from '../admin/timed-source.js'
import { transferRoutes } from '../admin/transfers/transfer-routes.js'
import { ConnectionGuard } from '../connection/connection-guard.js'
import { CONNECTION_LIMITS } from '../connection/connection-limits.js'
import { observerOf } from '../observe/response-observer.js'
import { mayOpen } from '../request/access-grant.js'
import { createContext } from '../request/context.js'
import { requestSignal } from '../request/request-signal.js'
import { SourceRegistry } from '../request/source-registry.js'
import { handleRequest } from '../response/handle-request.js'
import { isAllowed } from '../response/is-allowed.js'
import { addPageSpace } from '../response/page-spaces.js'
import { onApplicationError } from '../response/reply-state.js'
import { respondWithFaults } from '../response/respond-with-faults.js'
import { isWithin, urlSpace } from '../response/url-space.js'
import type { LastbyteOptions } from '../settings/options.js'
import { type Settings, settleOptions } from '../settings/settings.js'
import { fileCaches } from '../source/file/process-caches.js'
import { folderSource } from '../source/live/folder-source.js'
import { decorateReply } from './file-decorators.js'
import { withoutIgnored } from './glob-ignore.js'
import { guardAccess } from './guard-access.js'
import { readListingStyle } from './listing-style.js'
import { decorateLive } from './live-decorator.js'
import type { RouteTarget } from './readable-route.js'
import { addRoutes, sharedOptions } from './routes.js'
import { decorateStreams } from './stream-decorators.js'
import { addUploadFaults } from './upload-faults.js'
import { decorateZip } from './zip-decorator.js'

const lastbyte: FastifyPluginAsync<LastbyteOptions> = async (fastify, options) => {
  const settings = settleOptions(options)
  const { roots, dotfiles, appends, live } = settings
  const caches = fileCaches(settings.contentCache)
  const source =
    settings.source ?? folderSource({ roots, dotfiles, appends, live, caches, missing: 'awaited' })
  if (!settings.suppressWarning) warnOfMissing(fastify, roots)
  const sources = new SourceRegistry(source, { ...settings, caches })
  fastify.addHook('onClose', () => sources.close())
  fastify.addHook('onError', onApplicationError)
  const listingStyle = await readListingStyle(settings)
  const context = { ...createContext(fastify, settings), listingStyle }
  // Fastify's own options limit the requests to other routes.
  new ConnectionGuard(fastify, { ...CONNECTION_LIMITS, requestTimeout: 0 }, (reason) => {
    observerOf(fastify)?.refusals.count(reason)
  })

  if (settings.decorateReply ?? !fastify.hasReplyDecorator('sendFile')) {
    decorateReply(fastify, context, sources)
  }
  if (!fastify.hasReplyDecorator('zip')) decorateZip(fastify, context, sources)
  if (!fastify.hasDecorator('live')) decorateLive(fastify, settings)
  if (!fastify.hasReplyDecorator('eventStream')) decorateStreams(fastify, context)
  addUploadFaults(fastify, context)
  if (!settings.serve) return
  const served = sources.own
  const [root] = roots
  const codings = settings.preCompressed
  const listed = withoutIgnored(served.source, settings.globIgnore)
  const guard = await guardAccess(fastify, settings, source)
  const allows = (key: string, reply: FastifyReply) =>
    mayOpen(reply, key) && isAllowed(settings, { key, root }, reply)
  // With `wildcard: false`, a file without a route has no page either.
  let hasRoute: ((key: string) => boolean) | undefined
  const pages = await addPages(fastify, settings, {
    source: timedSource(listed, settings.sourceTimeout),
    allows: (key, reply) => (hasRoute?.(key) ?? true) && allows(key, reply),
    guard,
  })
  hasRoute = await addRoutes(fastify, settings, {
    source: listed,
    guard,
    pages,
    allows,
    signalOf: (reply) => requestSignal(context.disconnects, reply),
    withFaults: (reply, respond) => respondWithFaults(context, reply, respond),
    serve: (key, reply, path) => {
      const mayHave = (other: string) => (hasRoute?.(other) ?? true) && allows(other, reply)
      const byQuery = { archive: 'by-query', metalink: 'by-query' } as const
      const file = { key, path, served, root, settings, codings, ...byQuery, allows: mayHave }
      return handleRequest(context, file, reply)
    },
  })
}

/** Adds the pages of a registration; undefined where it has none. */
async function addPages(
  fastify: FastifyInstance,
  settings: Settings,
  { guard, ...files }: Pick<PageRoutesOptions, 'source' | 'allows'> & Pick<RouteTarget, 'guard'>,
): Promise<RegistrationPages | undefined> {
  const { pages, prefix, list } = settings
  if (!pages) return undefined
  const space = urlSpace(fastify, prefix)
  if (pages.errors) {
    const contains = (url: string) => isWithin(space, url)
    addPageSpace(fastify, { contains, depth: space.segments.length })
  }
  const route = sharedOptions(fastify, settings, guard)
  const router = new RegistrationPages(fastify, route)
  await pageRoutes(router, {
    ...files,
    ...pages,
    prefix,
    shown: list === undefined ? 'companions' : 'all',
  })
  if (pages.transfers) {
    await transferRoutes(fastify, { ...pages.transfers, prefix, route, assets: 'present' })
  }
  return router
}

/** A front-end may be built after its server has started. Until then its files are absent. */
function warnOfMissing(fastify: FastifyInstance, roots: readonly string[]): void {
  for (const root of roots) {
    if (existsSync(root)) continue
    fastify.log.warn({ root }, 'root: no such folder; its files are served once it exists')
  }
}

/**
 * The Fastify plugin: serves the files of a folder or another source, whole and in ranges, and adds
 * `reply.sendFile`, `reply.download`, `reply.eventStream` and `reply.ndjson`.
 *
 * @throws LastbyteError BAD_SETTING for an option, from `app.ready()` and `app.listen()`
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte from 'lastbyte'
 *
 * const app = Fastify()
 * await app.register(lastbyte, { root: 'media', prefix: '/films/' })
 * const url = await app.listen({ host: '127.0.0.1', port: 0 })
 * const response = await fetch(`${url}/films/clip.mp4`, { headers: { range: 'bytes=0-99' } })
 * assert.equal(response.status, 206)
 * assert.equal((await response.arrayBuffer()).byteLength, 100)
 * await app.close()
 * ```
 */
export default fp(lastbyte, { name: 'lastbyte', fastify: '5.x' })
