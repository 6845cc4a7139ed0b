import type { FastifyInstance, FastifyReply } from 'fastify'
import { encodeKey } from '../../http/request-target.js'
import { PAGE_FIELDS, upTo } from '../../pages/page.js'
import { watchPage } from '../../pages/watch-page.js'
import { mayOpen } from '../../request/access-grant.js'
import { refuse } from '../../response/problem-response.js'
import { type ByteSource, closeOpened } from '../../source/byte-source.js'
import type { Facts } from '../../source/representation.js'
import type { PageRouter } from '../page-router.js'
import { addKeyRoute, type KeyRequest } from './key-route.js'
import { preferredFirst } from './preferred-subtitles.js'
import { findCompanions, type Sought } from './siblings.js'

/** What the page that plays a file depends on. */
export interface WatchOptions {
  /** The path of the registration's own URLs, with a slash at its end. */
  readonly own: string
  readonly source: ByteSource
  readonly allows: (key: string, reply: FastifyReply) => boolean
  readonly shown: Sought['shown']
}

/** Adds `watch/KEY`, the page that plays a file. */
export function addWatch(router: PageRouter, options: WatchOptions): void {
  addKeyRoute(router, {
    path: `${options.own}watch/`,
    allows: options.allows,
    respond: (reply, request) => respond(reply, request, { ...options, scope: router.prefix }),
  })
}

async function respond(
  reply: FastifyReply,
  { key, signal }: KeyRequest,
  { own, source, shown, allows, scope }: WatchOptions & { readonly scope: string },
): Promise<FastifyReply> {
  const opened = await source.open(key, { method: 'HEAD' }, signal)
  await closeOpened(opened)
  signal.throwIfAborted()
  if (opened.kind !== 'representation') return refuse(reply, 404, 'No file has this path.')
  const { facts } = opened.representation
  const { name } = facts
  const found = await findCompanions(reply, source, { key, name, signal, shown, allows })
  const subtitles = preferredFirst(found.subtitles, reply.request.raw)
  const folder = key.slice(0, key.lastIndexOf('/') + 1)
  const page = watchPage({
    name,
    key,
    contentType: facts.contentType,
    version: versionOf(facts),
    files: upTo(`-/watch/${encodeKey(key)}`),
    companions: { ...found, subtitles },
    folder: mayOpen(reply, folder) ? 'linked' : 'hidden',
    routes: routesOf(reply.server, scope.replace(/\/$/, '') + own),
  })
  // Stricter where the URL has a signature.
  const policy = reply.getHeader('referrer-policy') ?? PAGE_FIELDS['referrer-policy']
  const fields = { ...PAGE_FIELDS, 'referrer-policy': policy, vary: 'Accept-Language' }
  return reply.headers(fields).send(page)
}

/** Which routes the application has: those of faults are added by the server, and only if it has a fault layer. */
function routesOf(
  app: Pick<FastifyInstance, 'hasRoute'>,
  own: string,
): ReadonlySet<'faults' | 'posters'> {
  return new Set([
    ...(app.hasRoute({ method: 'POST', url: `${own}faults` }) ? (['faults'] as const) : []),
    ...(app.hasRoute({ method: 'GET', url: `${own}posters/*` }) ? (['posters'] as const) : []),
  ])
}

/** Identifies the version as well as the source can. */
function versionOf({ etag, size, lastModified }: Facts): string {
  return etag ?? `${size}-${lastModified ?? ''}`
}
