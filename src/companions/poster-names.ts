/** Types of pictures that all browsers show, the preferred one first. */
const PICTURES = ['jpg', 'webp', 'png', 'jpeg', 'avif']
/** Names of the picture of a folder without their extension, the preferred one first. */
const OF_A_FOLDER = ['poster', 'folder', 'cover']

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
