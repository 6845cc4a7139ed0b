import { encodeKey } from '../http/request-target.js'

/** Where a permission was used, for the paths of its cookies. */
export interface CookieScope {
  /** The signed path. */
  readonly scope: string
  /** The canonical path of the folder of all files, with slashes at both ends. */
  readonly prefix: string
  /** The path that a proxy in front has removed, without a slash at its end; empty for none. */
  readonly removed: string
}

/** Routes below `-/` that show files, by the path of the file. */
const ROUTES = ['watch', 'subtitles', 'posters']

/**
 * The paths to which a browser sends the cookie of a permission: of a film its folder, since its subtitles are beside
 * it, of a folder everything below it, and of both the pages that show them.
 */
export function cookiePaths({ scope, prefix, removed }: CookieScope): string[] {
  const folder = scope.slice(0, scope.lastIndexOf('/') + 1)
  const encoded = (path: string) => removed + encodeKey(path)
  if (!folder.startsWith(prefix)) return [encoded(folder)]
  const below = folder.slice(prefix.length)
  if (below === '') return [encoded(prefix)]
  return [encoded(folder), ...ROUTES.map((route) => encoded(`${prefix}-/${route}/${below}`))]
}
