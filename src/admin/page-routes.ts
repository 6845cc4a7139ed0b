import type { FastifyInstance, FastifyReply } from 'fastify'
import { DisconnectWatcher } from '../delivery/client-disconnect.js'
import { encodeKey } from '../http/request-target.js'
import { PAGE_FIELDS, upTo } from '../pages/page.js'
import { type Subtitle, subtitlesOf, watchPage } from '../pages/watch-page.js'
import { PROCESS_LISTINGS } from '../request/listing-gate.js'
import { requestSignal } from '../request/request-signal.js'
import { guardFields } from '../response/guard-fields.js'
import { refuse } from '../response/problem-response.js'
import { keyOf, urlSpace } from '../response/url-space.js'
import { type ByteSource, closeOpened } from '../source/byte-source.js'
import { addAssets } from './page-assets.js'

/** The first segment of all URLs of a registration that are not files. */
export const OWN = '-'

export interface PageRoutesOptions {
  /** The prefix of the registration, with a slash at its end. */
  readonly prefix: string
  /** The source of the files that pages play. */
  readonly source: ByteSource
}

/** Adds the pages of a registration: the one that plays a file, and what pages load. */
export async function pageRoutes(app: FastifyInstance, options: PageRoutesOptions): Promise<void> {
  await app.register(async (pages) => {
    pages.addHook('onRequest', async (_request, reply) => guardFields(reply))
    await addAssets(pages, `${options.prefix}${OWN}/`)
    addWatch(pages, options)
  })
}

function addWatch(app: FastifyInstance, { prefix, source }: PageRoutesOptions): void {
  const disconnects = new DisconnectWatcher()
  const space = urlSpace(app, `${prefix}${OWN}/watch/`)
  app.get(`${prefix}${OWN}/watch/*`, async (request, reply) => {
    const key = keyOf(space, request, reply)
    if (key === undefined) return reply
    const signal = requestSignal(disconnects, reply)
    try {
      return await watch(reply, source, { key, signal })
    } catch (error) {
      if (!signal.aborted) throw error
      return reply.hijack()
    }
  })
}

/** The file that a page plays, for a client that may leave meanwhile. */
interface Watched {
  readonly key: string
  readonly signal: AbortSignal
}

async function watch(
  reply: FastifyReply,
  source: ByteSource,
  { key, signal }: Watched,
): Promise<FastifyReply> {
  const opened = await source.open(key, { method: 'HEAD' }, signal)
  await closeOpened(opened)
  signal.throwIfAborted()
  if (opened.kind !== 'representation') return refuse(reply, 404, 'No file has this path.')
  const { name } = opened.representation.facts
  const subtitles = await findSubtitles(reply, source, { key, name, signal })
  const files = upTo(`${OWN}/watch/${encodeKey(key)}`)
  return reply.headers(PAGE_FIELDS).send(watchPage({ name, key, files, subtitles }))
}

/** The subtitle files in the folder of a video. Their names are searched in turn with the listings of folders. */
async function findSubtitles(
  { request }: FastifyReply,
  source: ByteSource,
  { key, name, signal }: Watched & { readonly name: string },
): Promise<Subtitle[]> {
  if (source.list === undefined) return []
  const folder = key.slice(0, key.lastIndexOf('/') + 1)
  const isSubtitle = (sibling: string) => subtitlesOf(name, [sibling]).length > 0
  const leave = await PROCESS_LISTINGS.enter(source, request, signal)
  try {
    signal.throwIfAborted()
    const siblings = (await source.list(folder, signal, isSubtitle)) ?? []
    signal.throwIfAborted()
    return siblings.flatMap((sibling) => subtitlesOf(name, [sibling.name]))
  } finally {
    leave()
  }
}
