import { isPlayable } from '../http/media-type.js'
import { isPosterOfFolder, picturesAmong, posterBeside, posterOfFolder } from './poster-names.js'
import { type Subtitle, stemOf, subtitlesOf } from './subtitle-names.js'

/** The files in the folder of a file that its player has a use for. */
export interface Companions {
  readonly subtitles: readonly Subtitle[]
  /** The name of the file of chapters: WebVTT, or text with a time and a title in each line. */
  readonly chapters: string | undefined
  /** The name of the picture beside it (`film.jpg`), or else that of its folder (`poster.jpg`). */
  readonly poster: string | undefined
  /** The names of the files before and after it that can be played, in the order of a listing. */
  readonly previous: string | undefined
  readonly next: string | undefined
}

/** Whether a file in the folder is a companion of the file, other than its neighbours. */
export function isCompanion(file: string, name: string): boolean {
  if (subtitlesOf(file, [name]).length > 0 || isChapters(file, name)) return true
  return posterBeside(file, picturesAmong([name])) !== undefined || isPosterOfFolder(name)
}

/** @param names the companions in the folder, and what can be played: all, or the file alone, in the order of a listing */
export function companionsOf(file: string, names: readonly string[]): Companions {
  const playable = names.filter(isPlayable)
  const place = playable.indexOf(file)
  const neighbour = (step: number) => (place < 0 ? undefined : playable[place + step])
  const [chapters] = names
    .filter((name) => isChapters(file, name))
    .sort()
    .reverse()
  const pictures = picturesAmong(names)
  return {
    subtitles: subtitlesOf(file, names),
    chapters,
    poster: posterBeside(file, pictures) ?? posterOfFolder(pictures),
    previous: neighbour(-1),
    next: neighbour(1),
  }
}

/** `film.chapters.vtt` or `film.chapters.txt` */
function isChapters(file: string, name: string): boolean {
  return /\.(?:vtt|txt)$/i.test(name) && stemOf(name) === `${stemOf(file)}.chapters`
}
