import { readFile } from 'node:fs/promises'
import nodeModule from 'node:module'
import { join } from 'node:path'
import { installedFile } from '../../native/installed-file.js'
import { refuse } from '../../response/problem-response.js'
import { type Asset, assetOf, sendAsset } from '../asset.js'
import type { PageRouter } from '../page-router.js'

/** The build of hls.js for browsers, which defines a global. */
const BUILD = 'hls.js/dist/hls.min.js'
const SCRIPT = 'text/javascript; charset=utf-8'

/**
 * Adds `assets/hls.js`, which plays HLS playlists where the browser can't. It is sent from the package of that name,
 * if the application has installed it: most servers have no playlists, and it is larger than all other assets.
 *
 * @param own the path of the registration's own URLs, with a slash at its end
 * @param bases files from whose folders the package is searched
 */
export function addHls(
  router: PageRouter,
  own: string,
  bases: readonly (URL | string)[] = defaultBases(),
): void {
  let read: Promise<Asset> | undefined
  router.get(`${own}assets/hls.js`, async (_request, reply) => {
    const path = resolvePackage(bases)
    if (path === undefined) {
      return refuse(reply, 404, 'hls.js is not installed on the server: npm install hls.js')
    }
    read ??= readFile(path).then((bytes) => assetOf(SCRIPT, bytes))
    // A package that is replaced by another version is missing for a moment.
    read.catch(() => {
      read = undefined
    })
    return sendAsset(reply, await read)
  })
}

/** The folder of this package, and that of the process, for a package that is bundled into an application. */
function defaultBases(): (URL | string)[] {
  const own = installedFile('../../package.json')
  return [...(own === undefined ? [] : [own]), join(process.cwd(), 'package.json')]
}

function resolvePackage(bases: readonly (URL | string)[]): string | undefined {
  for (const base of bases) {
    try {
      // The name createRequire would clash with that of the banner of a bundle.
      return nodeModule.createRequire(base).resolve(BUILD)
    } catch {
      // It is not installed there.
    }
  }
  return undefined
}
