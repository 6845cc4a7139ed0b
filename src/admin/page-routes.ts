import type { FastifyReply } from 'fastify'
import type { ByteSource } from '../source/byte-source.js'
import { addOwnFolder } from './own-folder.js'
import { addAssets } from './page-assets.js'
import type { PageRouter } from './page-router.js'
import { addPosters } from './posters/poster-route.js'
import { addHls } from './watch/hls-asset.js'
import { addSubtitles } from './watch/subtitle-route.js'
import { addWatch } from './watch/watch-route.js'

/** The first segment of all URLs of a registration that are not files. */
export const OWN = '-'

export interface PageRoutesOptions {
  /** The prefix of the registration, with a slash at its end. */
  readonly prefix: string
  /** Whether there is a page that plays a file. */
  readonly watch: boolean
  /** The source of the files that pages play. */
  readonly source: ByteSource
  /** Whether the application permits a request for the file with this key. */
  readonly allows: (key: string, reply: FastifyReply) => boolean
  /** Which names of a folder pages show: without listings, only those of files that belong to the shown one. */
  readonly shown: 'all' | 'companions'
}

/** Adds the pages of a registration: the one that plays a file, and what pages load and show. */
export async function pageRoutes(router: PageRouter, options: PageRoutesOptions): Promise<void> {
  const own = `${options.prefix}${OWN}/`
  addOwnFolder(router, own)
  await addAssets(router, own)
  addPosters(router, { ...options, own })
  if (!options.watch) return
  addWatch(router, { ...options, own })
  addHls(router, own)
  addSubtitles(router, { ...options, own })
}
