import { type PictureNames, posterBeside } from '../companions/poster-names.js'
import { iconOf } from './entry-icon.js'
import { linkedName } from './listing-place.js'

/** Formats in which the poster route finds a cover. */
const WITH_COVER = /\.(?:mp3|m4a|m4b|m4v|mp4|mov|flac|mkv|mka|webm|ogg|oga|opus)$/i
/** bytes: a larger picture is not shown in place of its icon, as it would be loaded whole. */
const MAX_PICTURE = 4 * 1024 * 1024

/** An entry that may have a picture beside it. */
export interface Pictured {
  readonly name: string
  readonly kind: 'file' | 'directory'
  readonly size: number
}

/**
 * The URL of the picture of an entry, to be loaded when it is seen: a picture shows itself, a video or sound shows the
 * poster beside it or its embedded cover.
 *
 * @param base precedes the names in the URLs of the listing
 * @param route the URL of the folder in the route of posters; undefined without such a route
 */
export function posterUrl(
  { name, kind, size }: Pictured,
  pictures: PictureNames,
  { base, route }: { readonly base: string; readonly route: string | undefined },
): string | undefined {
  if (kind === 'directory') return route && `${route}${linkedName(name)}/`
  const icon = iconOf(name)
  if (icon === 'image') return size <= MAX_PICTURE ? base + linkedName(name) : undefined
  if (icon !== 'video' && icon !== 'audio') return undefined
  const beside = posterBeside(name, pictures)
  if (beside !== undefined) return base + linkedName(beside)
  return route !== undefined && hasCover(name) ? route + linkedName(name) : undefined
}

/** Whether a file of this name can have an embedded cover that the route of posters finds. */
export function hasCover(name: string): boolean {
  return WITH_COVER.test(name)
}
