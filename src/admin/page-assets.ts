import { readdir, readFile } from 'node:fs/promises'
import type { FastifyInstance } from 'fastify'
import { mediaType } from '../http/media-type.js'
import { installedFile } from '../native/installed-file.js'
import { reportLoss } from '../native/report-loss.js'
import { assetOf, sendAsset } from './asset.js'
import type { PageRouter } from './page-router.js'

/** Where the build has put the files that pages load, relative to src/native. */
const BUILT = '../pages/built/'

/** The name of the service worker, which is not among the assets: its URL limits which pages it may control. */
const WORKER = 'worker.js'

/**
 * Adds a route for each file that pages load: `assets/NAME`, and `worker.js`. The pages are of use without them.
 *
 * @param own the path of the registration's own URLs, with a slash at its end
 */
export async function addAssets(router: PageRouter, own: string): Promise<void> {
  for (const [name, bytes] of await readAssets()) {
    const isWorker = name === WORKER
    const asset = assetOf(mediaType(name), bytes)
    router.get(isWorker ? own + name : `${own}assets/${name}`, (_request, reply) => {
      // A worker below `-/` may control the pages of the whole registration. Browsers resolve the path against the
      // URL of the script as they see it, also behind a proxy that has removed a prefix.
      if (isWorker) reply.header('service-worker-allowed', '../')
      return sendAsset(reply, asset)
    })
  }
}

/** Adds the same routes, unless the pages of the application have. */
export async function addMissingAssets(app: FastifyInstance, own: string): Promise<void> {
  const url = `${app.prefix.replace(/\/$/, '')}${own}assets/lastbyte.css`
  if (!app.hasRoute({ method: 'GET', url })) await addAssets(app, own)
}

/** The files by name; none, with a warning of the process, if they can't be read. */
async function readAssets(): Promise<ReadonlyMap<string, Buffer>> {
  try {
    const folder = installedFile(BUILT)
    if (folder === undefined) throw new Error('a bundle has no URL')
    const names = await readdir(folder)
    return new Map(
      await Promise.all(
        names.map(async (name) => [name, await readFile(new URL(name, folder))] as const),
      ),
    )
  } catch (error) {
    const effect = 'pages have no style and no scripts'
    reportLoss({ part: 'dist/pages/built', reason: (error as Error).message, effect })
    return new Map()
  }
}
