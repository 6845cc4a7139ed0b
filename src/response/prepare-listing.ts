import type { FastifyReply } from 'fastify'
import Negotiator from 'negotiator'
import type { TimeSlices } from '../async/time-slices.js'
import { isPlayable } from '../http/media-type.js'
import { encodeKey, splitTarget } from '../http/request-target.js'
import { listingPage, sortEntries } from '../pages/listing-page.js'
import { upTo } from '../pages/page.js'
import type { ListedName } from '../settings/list-options.js'
import type { Settings } from '../settings/settings.js'
import type { Entry } from '../source/byte-source.js'
import { callApplication } from './application-call.js'
import type { PreparedResponse } from './prepared-response.js'

const LISTING_FIELDS = {
  vary: 'Accept',
  'cache-control': 'no-cache',
  'x-content-type-options': 'nosniff',
}

/** The key of a request, and the directory that is listed for it. */
interface ListedFolder {
  readonly key: string
  readonly folder: string
  readonly entries: readonly Entry[]
}

/**
 * Prepares the listing of a directory: HTML, or JSON where Accept prefers it (RFC 9110 §12.5.1). Others are
 * served meanwhile: a listing of 50,000 names takes hundreds of ms.
 *
 * @throws the reason of the signal of `slices`
 */
export async function prepareListing(
  { list = {}, watch, pages }: Pick<Settings, 'list' | 'watch' | 'pages'>,
  { key, folder: listed, entries: found }: ListedFolder,
  reply: FastifyReply,
  slices: TimeSlices,
): Promise<PreparedResponse> {
  const { path, query } = splitTarget(reply.request.raw.url ?? '/')
  // Without a redirect, the URL of a directory may lack the slash at its end.
  const isBare = !path.endsWith('/') && listed.replace(/\/$/, '') === key
  const own = path.slice(path.lastIndexOf('/') + 1)
  const folder = isBare ? `${path}/` : path.slice(0, path.length - own.length)
  // The reference to the folder of all files. A listing of that folder itself may have a URL without a slash.
  const up = isBare && key === '' ? `${own}/` : upTo(encodeKey(key))
  const player =
    pages !== false && pages.watch
      ? (name: string) => `${up}-/watch/${encodeKey(listed + name)}`
      : watch === undefined
        ? undefined
        : (_name: string, href: string) => watch + href
  const sorted = await sortEntries(found, slices)
  const entries = await slices.map(sorted, (entry) => {
    const href = folder + encodeKey(entry.name) + (entry.kind === 'directory' ? '/' : '')
    const plays = entry.kind === 'file' && isPlayable(entry.name)
    return { ...entry, href, watch: plays ? player?.(entry.name, href) : undefined }
  })

  const named = (kind: Entry['kind']): Promise<ListedName[]> =>
    slices.map(
      entries.filter((entry) => entry.kind === kind),
      ({ name, href, size, lastModified }) => {
        return { href, name, stats: { size, mtimeMs: lastModified, mtime: new Date(lastModified) } }
      },
    )
  const dirs = await named('directory')
  const files = await named('file')

  if ((formatOf(query) ?? list.format ?? preferredForm(reply)) === 'html') {
    const place = isBare
      ? { base: `${own.replaceAll(':', '%3A')}/`, parent: './' }
      : { base: '', parent: '../' }
    const page =
      callApplication('page', () => list.render?.(dirs, files)) ??
      (await listingPage(`/${listed}`, entries, slices, place))
    const fields = { ...LISTING_FIELDS, 'content-type': 'text/html; charset=utf-8' }
    return { kind: 'payload', fields, payload: page }
  }
  const bare = ({ name }: ListedName) => name
  const payload =
    list.jsonFormat === 'extended'
      ? { dirs, files }
      : { dirs: dirs.map(bare), files: files.map(bare) }
  return { kind: 'payload', fields: LISTING_FIELDS, payload }
}

/** The format that the query parameter `format` names; undefined for another value or none. */
function formatOf(query: string): 'html' | 'json' | undefined {
  const format = new URLSearchParams(query).get('format')
  return format === 'html' || format === 'json' ? format : undefined
}

function preferredForm(reply: FastifyReply): 'html' | 'json' {
  const accepted = new Negotiator(reply.request.raw).mediaType(['text/html', 'application/json'])
  return accepted === 'application/json' ? 'json' : 'html'
}
