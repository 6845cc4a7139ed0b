import { decodeSegment, encodeKey } from '../http/request-target.js'

/** Where a permission was used, for the paths of its cookies. */
export interface CookieScope {
  /** The signed path. */
  readonly scope: string
  /** The canonical path of the folder of all files, with slashes at both ends. */
  readonly prefix: string
  /** The path that a proxy in front has removed, without a slash at its end; empty for none. */
  readonly removed: string
  /** The path of the request, as it was received. */
  readonly received: string
}

/** Routes below `-/` that show files, by the path of the file. */
const ROUTES = ['watch', 'subtitles', 'posters']

/**
 * The paths to which a browser sends the cookie of a permission: of a film its folder, since its subtitles are beside
 * it, of a folder everything below it, and of both the pages that show them.
 *
 * A browser compares paths without decoding them. Links on pages have the encoding of `encodeKey`, and relative ones in
 * a listing that of the request.
 */
export function cookiePaths({ scope, prefix, removed, received }: CookieScope): string[] {
  const folder = scope.slice(0, scope.lastIndexOf('/') + 1)
  const own = asReceived(folder, received)
  const top = removed + (asReceived(prefix, received) ?? encodeKey(prefix))
  if (!folder.startsWith(prefix)) return [removed + (own ?? encodeKey(folder))]
  const below = encodeKey(folder.slice(prefix.length))
  if (below === '') return [top]
  const paths = [top + below, ...ROUTES.map((route) => `${top}-/${route}/${below}`)]
  return own === undefined ? paths : [...new Set([removed + own, ...paths])]
}

/**
 * The folder as the path of the request begins; undefined where the request is for something else, or where a cookie
 * can't name the folder so.
 */
function asReceived(folder: string, received: string): string | undefined {
  const encoded = received.split('/').slice(0, folder.split('/').length - 1)
  const isSame = encoded.map(decodeSegment).join('/') === folder.slice(0, -1)
  const path = `${encoded.join('/')}/`
  return isSame && /^[!-:<-~]*$/.test(path) ? path : undefined
}
