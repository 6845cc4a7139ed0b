import { escapeHtml, shownText } from '../body/listing-page.js'
import { encodeKey } from '../http/request-target.js'

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

/**
 * The HTML page that plays a file.
 *
 * @param name the title, unescaped
 * @param href the path of the file's URL, percent-encoded
 * @param assets the path of the folder of watch.css and watch.js, with a slash at its end
 */
export function watchPage(
  name: string,
  href: string,
  subtitles: readonly Subtitle[],
  assets: string,
): string {
  const folder = href.slice(0, href.lastIndexOf('/') + 1)
  const tracks = subtitles.map(({ name: file, language }, index) => {
    const source = escapeHtml(folder + encodeKey(file))
    const lang = language === undefined ? '' : ` srclang="${escapeHtml(language)}"`
    const label = escapeHtml(language ?? 'Subtitles')
    return `<track kind="subtitles" src="${source}"${lang} label="${label}"${index === 0 ? ' default' : ''}>`
  })
  const title = shownText(name)
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<link rel="stylesheet" href="${escapeHtml(assets)}watch.css">
<script type="module" src="${escapeHtml(assets)}watch.js"></script>
<main>
<h1>${title}</h1>
<video controls playsinline preload="metadata" src="${escapeHtml(href)}">
${tracks.join('\n')}
</video>
<p id="state" role="status"></p>
<p><a href="${escapeHtml(href)}">The file</a> · <a href="${escapeHtml(folder)}">Its folder</a></p>
</main>
</html>
`
}
