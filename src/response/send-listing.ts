import type { FastifyReply } from 'fastify'
import Negotiator from 'negotiator'
import { listingPage, sortEntries } from '../body/listing-page.js'
import { isPlayable } from '../http/media-type.js'
import { encodeKey, splitTarget } from '../http/request-target.js'
import type { ListedName } from '../settings/options.js'
import type { Settings } from '../settings/settings.js'
import type { Entry } from '../source/byte-source.js'

/** A directory as HTML, or as JSON for whoever prefers that (RFC 9110 §12.5.1). */
export function sendListing(
  { list = {}, watch }: Pick<Settings, 'list' | 'watch'>,
  key: string,
  found: readonly Entry[],
  reply: FastifyReply,
): FastifyReply {
  const { path } = splitTarget(reply.request.raw.url ?? '/')
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  const entries = sortEntries(found).map((entry) => {
    const href = folder + encodeKey(entry.name) + (entry.kind === 'directory' ? '/' : '')
    const plays = watch !== undefined && entry.kind === 'file' && isPlayable(entry.name)
    return { ...entry, href, watch: plays ? watch + href : undefined }
  })

  const named = (kind: Entry['kind']): ListedName[] =>
    entries
      .filter((entry) => entry.kind === kind)
      .map(({ name, href, size, lastModified }) => {
        return { href, name, stats: { size, mtimeMs: lastModified, mtime: new Date(lastModified) } }
      })
  const dirs = named('directory')
  const files = named('file')

  reply.headers({
    vary: 'Accept',
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
  })
  if ((list.format ?? preferredForm(reply)) === 'html') {
    const title = `/${key.replace(/[^/]*$/, '')}`
    const page = list.render?.(dirs, files) ?? listingPage(title, entries)
    return reply.type('text/html; charset=utf-8').send(page)
  }
  const bare = ({ name }: ListedName) => name
  return reply.send(
    list.jsonFormat === 'extended'
      ? { dirs, files }
      : { dirs: dirs.map(bare), files: files.map(bare) },
  )
}

function preferredForm(reply: FastifyReply): 'html' | 'json' {
  const accepted = new Negotiator(reply.request.raw).mediaType(['text/html', 'application/json'])
  return accepted === 'application/json' ? 'json' : 'html'
}
