import type { Companions } from '../companions/companions.js'
import { type Subtitle, subtitleLabel } from '../companions/subtitle-names.js'
import { isHlsPlaylist, mediaType } from '../http/media-type.js'
import { escapeHtml, shownText } from './escape-html.js'
import { linkedName } from './listing-place.js'
import { renderPage } from './page.js'
import { hasCover } from './posters.js'

/** The file that a page plays. */
export interface WatchedFile {
  /** Unescaped. */
  readonly name: string
  /** The key of the file, not encoded: its path below the folder of all files. */
  readonly key: string
  /** The media type, if the source has one. */
  readonly contentType: string | undefined
  /** Identifies the version of the file; a position is remembered for one version. */
  readonly version: string
  /** The reference from the page to the folder of all files, such as `../../`. */
  readonly files: string
  readonly companions: Companions
  /** Whether its folder is linked: a visitor with a link to one film may not open the folder. */
  readonly folder: 'linked' | 'hidden'
  /** Routes of the registration that the server has: without one, the page offers nothing that needs it. */
  readonly routes: ReadonlySet<'faults' | 'posters'>
}

/** How a file is played. `hls`: a playlist, which not all browsers play by themselves. */
type Form = 'video' | 'audio' | 'hls'

/** URLs of a page, relative to it and percent-encoded. */
interface Places {
  readonly file: string
  readonly folder: string
  /** The folder of the registration's own URLs. */
  readonly own: string
  /** The folder in routes below `own`: `a/b/`. */
  readonly path: string
}

/** The HTML page that plays a file. Without its script, the browser's own controls play the file. */
export function watchPage(watched: WatchedFile): string {
  const { name, key, files, companions, routes, version } = watched
  const file = files + linkedName(key)
  const folder = file.slice(0, file.lastIndexOf('/') + 1)
  const places = { file, folder, own: `${files}-/`, path: folder.slice(files.length) }
  const form = formOf(watched)
  const attributes = [
    `data-form="${form}"`,
    `data-version="${escapeHtml(version)}"`,
    ...(companions.chapters === undefined
      ? []
      : [`data-chapters="${escapeHtml(folder + linkedName(companions.chapters))}"`]),
    ...(routes.has('faults') ? [`data-faults="${escapeHtml(`${places.own}faults`)}"`] : []),
  ]
  const isLinked = watched.folder === 'linked'
  const up = `<nav aria-label="Folder"><a class="lb-up" href="${escapeHtml(folder)}">${shownFolder(key)}</a></nav>\n`
  const main = `${isLinked ? up : ''}<h1><bdi>${shownText(name)}</bdi></h1>
<div id="player" class="lb-player" ${attributes.join(' ')}>
${mediaElement(watched, places, form)}
<div id="cues" class="lb-cues" hidden></div>
</div>
<div class="lb-status"><p id="state" role="status"></p><span id="actions"></span></div>
<div id="tools" class="lb-tools" hidden></div>
<section id="ranges" class="lb-ranges" aria-labelledby="ranges-title" hidden></section>
<section id="chapters" class="lb-chapters" aria-label="Chapters" hidden></section>
${neighbours(companions, places)}<p class="lb-links"><a href="${escapeHtml(file)}">The file</a> <a href="${escapeHtml(file)}" download>Download</a>${isLinked ? ` <a href="${escapeHtml(folder)}">Its folder</a>` : ''}</p>`
  // `wget -r` finds all files by listings, and would fail for a file without a poster.
  const head = '<meta name="robots" content="nofollow">'
  const assets = `${places.own}assets/`
  return renderPage({ title: name, assets, script: 'player.js', head, main })
}

function formOf({ name, contentType = mediaType(name) }: WatchedFile): Form {
  if (isHlsPlaylist(name) || /mpegurl/i.test(contentType)) return 'hls'
  return /^audio\//i.test(contentType) ? 'audio' : 'video'
}

/** The name of the folder for people; the folder of all files has none. */
function shownFolder(key: string): string {
  const parts = key.split('/')
  const parent = parts.at(-2)
  return parent === undefined ? 'All files' : `<bdi>${shownText(parent)}</bdi>`
}

/** The URL of the picture beside the file or of its folder, or else of the cover that the file itself may contain. */
function posterOf({ name, companions, routes }: WatchedFile, places: Places): string | undefined {
  const { folder, own, path } = places
  if (companions.poster !== undefined) return folder + linkedName(companions.poster)
  const isEmbedded = routes.has('posters') && hasCover(name)
  return isEmbedded ? `${own}posters/${path}${linkedName(name)}` : undefined
}

function mediaElement(watched: WatchedFile, places: Places, form: Form): string {
  const { companions } = watched
  const { file, folder, own, path } = places
  const poster = posterOf(watched, places)
  const tracks = companions.subtitles.map((subtitle) => track(subtitle, { folder, own, path }))
  if (/\.vtt$/i.test(companions.chapters ?? '')) {
    const source = escapeHtml(folder + linkedName(companions.chapters ?? ''))
    tracks.push(`<track kind="chapters" src="${source}" label="Chapters">`)
  }
  const source = `src="${escapeHtml(file)}"`
  if (form === 'audio') {
    const art =
      poster === undefined
        ? ''
        : `<img id="art" class="lb-art" src="${escapeHtml(poster)}" alt="">\n`
    return `${art}<audio controls preload="metadata" ${source}>\n${tracks.join('\n')}\n</audio>`
  }
  const picture = poster === undefined ? '' : `poster="${escapeHtml(poster)}" `
  return `<video controls playsinline preload="metadata" ${picture}${source}>\n${tracks.join('\n')}\n</video>`
}

/** No track is the default one: subtitles are shown only to those who turn them on. */
function track(
  subtitle: Subtitle,
  { folder, own, path }: Pick<Places, 'folder' | 'own' | 'path'>,
): string {
  const { name, format, language } = subtitle
  const source = format === 'vtt' ? folder : `${own}subtitles/${path}`
  const lang = language === undefined ? '' : ` srclang="${escapeHtml(language)}"`
  const label = escapeHtml(subtitleLabel(subtitle))
  return `<track kind="subtitles" src="${escapeHtml(source + linkedName(name))}"${lang} label="${label}">`
}

function neighbours({ previous, next }: Companions, { own, path }: Places): string {
  const link = (name: string | undefined, rel: 'prev' | 'next', title: string) => {
    if (name === undefined) return ''
    const href = escapeHtml(`${own}watch/${path}${linkedName(name)}`)
    return `<a id="${rel}" rel="${rel}" href="${href}"><span>${title}</span> <bdi>${shownText(name)}</bdi></a>\n`
  }
  const links = link(previous, 'prev', 'Previous') + link(next, 'next', 'Next')
  if (links === '') return ''
  return `<nav class="lb-neighbours" aria-label="Files of the folder">\n${links}</nav>\n`
}
