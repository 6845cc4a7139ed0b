import type { FastifyInstance, FastifyReply } from 'fastify'
import { guardFields } from '../response/guard-fields.js'
import type { ByteSource } from '../source/byte-source.js'
import { addAssets } from './page-assets.js'
import { addSubtitles } from './watch/subtitle-route.js'
import { addWatch } from './watch/watch-route.js'

/** The first segment of all URLs of a registration that are not files. */
export const OWN = '-'

export interface PageRoutesOptions {
  /** The prefix of the registration, with a slash at its end. */
  readonly prefix: string
  /** The source of the files that pages play. */
  readonly source: ByteSource
  /** Whether the application permits a request for the file with this key. */
  readonly allows: (key: string, reply: FastifyReply) => boolean
  /** Which names of a folder pages show: without listings, only those of files that belong to the shown one. */
  readonly shown: 'all' | 'companions'
  /** Whether pages offer to arm faults, to those whom the fault API permits. */
  readonly faults: 'on' | 'off'
}

/** Adds the pages of a registration: the one that plays a file, and what pages load. */
export async function pageRoutes(app: FastifyInstance, options: PageRoutesOptions): Promise<void> {
  const own = `${options.prefix}${OWN}/`
  await app.register(async (pages) => {
    pages.addHook('onRequest', async (_request, reply) => guardFields(reply))
    await addAssets(pages, own)
    addWatch(pages, { ...options, own })
    addSubtitles(pages, { ...options, own })
  })
}
