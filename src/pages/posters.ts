import { iconOf } from './entry-icon.js'
import { linkedName } from './listing-place.js'

/** Types of pictures that all browsers show, the preferred one first. */
const PICTURES = ['jpg', 'webp', 'png', 'jpeg', 'avif']
/** Names of the picture of a folder without their extension, the preferred one first. */
const OF_A_FOLDER = ['poster', 'folder', 'cover']
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

/** Names of pictures in a folder, by their names in lower case. */
export type PictureNames = ReadonlyMap<string, string>

/** The pictures among the names of a folder. */
export function picturesAmong(names: readonly string[]): PictureNames {
  return new Map(names.filter(isPicture).map((name) => [name.toLowerCase(), name]))
}

/** Whether a file can be the poster of another one or of its folder. */
export function isPicture(name: string): boolean {
  return PICTURES.includes(/\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '')
}

/** The poster beside a file: `film.jpg` or `film.mp4.jpg` for `film.mp4`; undefined without one. */
export function posterBeside(name: string, pictures: PictureNames): string | undefined {
  const stem = name.replace(/(?<=.)\.[^.]*$/, '')
  return firstOf(pictures, [stem, name])
}

/** The poster in a folder: `poster.jpg`, `folder.jpg` or `cover.jpg`; undefined without one. */
export function posterOfFolder(pictures: PictureNames): string | undefined {
  return firstOf(pictures, OF_A_FOLDER)
}

/** Whether a name can be that of a folder's poster. */
export function isPosterOfFolder(name: string): boolean {
  return posterOfFolder(picturesAmong([name])) !== undefined
}

function firstOf(pictures: PictureNames, stems: readonly string[]): string | undefined {
  if (pictures.size === 0) return undefined
  for (const stem of stems) {
    for (const extension of PICTURES) {
      const found = pictures.get(`${stem}.${extension}`.toLowerCase())
      if (found !== undefined) return found
    }
  }
  return undefined
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
