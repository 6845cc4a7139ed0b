import { encodeKey } from '../http/request-target.js'
import { escapeHtml, shownText } from './escape-html.js'
import { renderPage } from './page.js'

/** A subtitle file in the folder of a video: `film.vtt` or `film.de.vtt` for `film.mp4`. */
export interface Subtitle {
  readonly name: string
  /** The language tag in the name (BCP 47); undefined without one. */
  readonly language: string | undefined
}

/** The subtitle files of a video among the names in its folder. */
export function subtitlesOf(video: string, names: readonly string[]): Subtitle[] {
  const stem = video.replace(/\.[^.]*$/, '')
  return names.flatMap((name): Subtitle[] => {
    if (name === `${stem}.vtt`) return [{ name, language: undefined }]
    const [, language] = /\.([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)\.vtt$/.exec(name) ?? []
    return language !== undefined && name === `${stem}.${language}.vtt` ? [{ name, language }] : []
  })
}

/** The file that a page plays. */
export interface WatchedFile {
  /** Unescaped. */
  readonly name: string
  /** The key of the file, not encoded: its path below the folder of all files. */
  readonly key: string
  /** The reference from the page to the folder of all files, such as `../../`. */
  readonly files: string
  readonly subtitles: readonly Subtitle[]
}

/** The HTML page that plays a file. */
export function watchPage({ name, key, files, subtitles }: WatchedFile): string {
  const href = files + encodeKey(key)
  const folder = href.slice(0, href.lastIndexOf('/') + 1)
  const tracks = subtitles.map(({ name: file, language }) => {
    const source = escapeHtml(folder + encodeKey(file))
    const lang = language === undefined ? '' : ` srclang="${escapeHtml(language)}"`
    const label = escapeHtml(language ?? 'Subtitles')
    return `<track kind="subtitles" src="${source}"${lang} label="${label}">`
  })
  const main = `<h1><bdi>${shownText(name)}</bdi></h1>
<video controls playsinline preload="metadata" src="${escapeHtml(href)}">
${tracks.join('\n')}
</video>
<p id="state" role="status"></p>
<p><a href="${escapeHtml(href)}">The file</a> · <a href="${escapeHtml(folder)}">Its folder</a></p>`
  return renderPage({ title: name, assets: `${files}-/assets/`, script: 'player.js', main })
}
