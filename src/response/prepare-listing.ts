import type { FastifyReply } from 'fastify'
import Negotiator from 'negotiator'
import type { TimeSlices } from '../async/time-slices.js'
import { picturesAmong } from '../companions/poster-names.js'
import { isPlayable } from '../http/media-type.js'
import { splitTarget } from '../http/request-target.js'
import { type InlineStyle, inlineStyle } from '../pages/inline-style.js'
import type { ListedEntry } from '../pages/listed-entry.js'
import { filterEntries, sortEntries } from '../pages/listing-order.js'
import { listingPage } from '../pages/listing-page.js'
import { readListingView } from '../pages/listing-view.js'
import { PAGE_FIELDS } from '../pages/page.js'
import { posterUrl } from '../pages/posters.js'
import { renderReadme } from '../pages/readme.js'
import { forwardedPrefix } from '../request/forwarded-prefix.js'
import type { ListedName } from '../settings/list-options.js'
import type { Settings } from '../settings/settings.js'
import type { Entry } from '../source/entry.js'
import { callApplication } from './application-call.js'
import { type ListingUrls, listingUrls } from './listing-urls.js'
import type { PreparedResponse } from './prepared-response.js'
import { type OpenFile, readReadme } from './read-readme.js'

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
  /** The stylesheet within the page of a registration without pages. Default: none. */
  readonly style?: InlineStyle | undefined
  /** Opens a file of the source for this client. Default: the text of the folder is not shown. */
  readonly openFile?: OpenFile | undefined
}

/**
 * Prepares the listing of a directory: HTML, or JSON where Accept prefers it (RFC 9110 §12.5.1), in the order
 * that the query names. Others are served meanwhile: a listing of 50,000 names takes hundreds of ms.
 *
 * @throws the reason of the signal of `slices`
 */
export async function prepareListing(
  { list = {}, watch, pages, zip }: Pick<Settings, 'list' | 'watch' | 'pages' | 'zip'>,
  { key, folder, entries: found, style, openFile }: ListedFolder,
  reply: FastifyReply,
  slices: TimeSlices,
): Promise<PreparedResponse> {
  const { query } = splitTarget(reply.request.raw.url ?? '/')
  const view = readListingView(query)
  const prefix = forwardedPrefix(reply.request)
  const urls = listingUrls(reply.request.raw.url ?? '/', { key, folder, prefix })
  const entries = await sortEntries(await filterEntries(found, slices, view), slices, view)
  const names = () => namedEntries(entries, urls, slices)

  if ((formatOf(query) ?? list.format ?? preferredForm(reply)) === 'json') {
    const { dirs, files } = await names()
    const bare = ({ name }: ListedName) => name
    const payload =
      list.jsonFormat === 'extended'
        ? { dirs, files }
        : { dirs: dirs.map(bare), files: files.map(bare) }
    return { kind: 'payload', fields: LISTING_FIELDS, payload }
  }
  if (list.render !== undefined) {
    const { dirs, files } = await names()
    const payload = callApplication('page', () => list.render?.(dirs, files))
    if (payload !== undefined) {
      const fields = { ...LISTING_FIELDS, 'content-type': PAGE_FIELDS['content-type'] }
      return { kind: 'payload', fields, payload }
    }
  }
  const player = playerOf(pages, watch, urls)
  const listed = await shownEntries(
    { entries, found },
    { ...urls, player, hasPages: pages !== false },
    slices,
  )
  const readme =
    list.readme && openFile
      ? await readReadme(found, folder, openFile).catch(async (error) => {
          await slices.next()
          reply.log.warn({ err: error, folder }, 'the README of a listing cannot be read')
          return undefined
        })
      : undefined
  const own = pages ? undefined : (style ?? inlineStyle(''))
  const listing = {
    path: `/${folder}`,
    place: urls.place,
    entries: listed,
    total: found.length,
    view,
    now: Date.now(),
    style: own,
    posters: pages ? urls.posters : undefined,
    archive: zip && found.length > 0 ? ('offered' as const) : undefined,
    readme: readme && { name: readme.name, html: renderReadme(readme.text, urls.place) },
  }
  const policy = own === undefined ? {} : { 'content-security-policy': own.policy }
  const fields = { ...PAGE_FIELDS, ...LISTING_FIELDS, ...policy }
  return { kind: 'payload', fields, payload: await listingPage(listing, slices) }
}

/** The URL of the page that plays a file; undefined where there is none. */
function playerOf(
  pages: Settings['pages'],
  watch: string | undefined,
  urls: ListingUrls,
): ListingUrls['watch'] | undefined {
  if (pages !== false && pages.watch) return urls.watch
  return watch === undefined ? undefined : urls.watchBelow(watch)
}

/** The entries for a function of the application and for JSON. */
async function namedEntries(
  entries: readonly Entry[],
  { href }: Pick<ListingUrls, 'href'>,
  slices: TimeSlices,
): Promise<{ dirs: ListedName[]; files: ListedName[] }> {
  const named = (kind: Entry['kind']): Promise<ListedName[]> =>
    slices.map(
      entries.filter((entry) => entry.kind === kind),
      (entry) => {
        const { name, size, lastModified } = entry
        const stats = { size, mtimeMs: lastModified, mtime: new Date(lastModified) }
        return { href: href(entry), name, stats }
      },
    )
  return { dirs: await named('directory'), files: await named('file') }
}

/** The entries of the page: with links to the player, and to pictures. */
function shownEntries(
  { entries, found }: { readonly entries: readonly Entry[]; readonly found: readonly Entry[] },
  {
    player,
    posters,
    place,
    hasPages,
  }: ListingUrls & {
    readonly player: ListingUrls['watch'] | undefined
    readonly hasPages: boolean
  },
  slices: TimeSlices,
): Promise<ListedEntry[]> {
  const pictures = picturesAmong(found.map(({ name }) => name))
  const pictured = { base: place.base, route: hasPages ? posters : undefined }
  return slices.map(entries, (entry) => {
    const plays = player !== undefined && entry.kind === 'file' && isPlayable(entry.name)
    const poster = posterUrl(entry, pictures, pictured)
    return { ...entry, poster, watch: plays ? player(entry) : undefined }
  })
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
