import { encodeKey, splitTarget } from '../http/request-target.js'
import { type ListingPlace, linkedName } from '../pages/listing-place.js'
import { upTo } from '../pages/page.js'

/** An entry of a folder, by what its URL depends on. */
interface Named {
  readonly name: string
  readonly kind: 'file' | 'directory'
}

/** The URLs in the listing of a folder. */
export interface ListingUrls {
  readonly place: ListingPlace
  /** The absolute path of an entry. */
  href(entry: Named): string
  /** The page of the registration that plays a file, relative to the listing. */
  watch(entry: Named): string
  /** The same for an absolute path of such a page. */
  watchBelow(path: string): (entry: Named) => string
  /** The folder in the route of posters, with a slash at its end, relative to the listing. */
  readonly posters: string
}

/**
 * The URLs for the listing of `folder`, which has a slash at its end unless it is the folder of all files.
 *
 * @param url the request target
 * @param prefix what a proxy in front has removed from the target. Default: nothing
 * @param key the requested key: that of the folder, without the slash where there is no redirect, or of a name in it
 */
export function listingUrls(
  url: string,
  {
    key,
    folder,
    prefix = '',
  }: { readonly key: string; readonly folder: string; readonly prefix?: string },
): ListingUrls {
  const { path } = splitTarget(url)
  const isBare = !path.endsWith('/') && folder.replace(/\/$/, '') === key
  const own = path.slice(path.lastIndexOf('/') + 1)
  const base = isBare ? `${own.replaceAll(':', '%3A')}/` : ''
  // A listing of the folder of all files may have a URL without a slash.
  const up = isBare && key === '' ? base : upTo(encodeKey(key))
  const absolute = isBare ? `${path}/` : path.slice(0, path.length - own.length)
  const encoded = folder.split('/').map(linkedName).join('/')
  const href = ({ name, kind }: Named) => {
    return prefix + absolute + linkedName(name) + (kind === 'directory' ? '/' : '')
  }
  return {
    place: { base, parent: isBare ? './' : '../', up },
    href,
    watch: ({ name }) => `${up}-/watch/${encoded}${linkedName(name)}`,
    watchBelow: (page) => (entry) => prefix + page + href(entry).slice(prefix.length),
    posters: `${up}-/posters/${encoded}`,
  }
}
