import { iconOf } from './entry-icon.js'
import { escapeHtml, shownText } from './escape-html.js'
import { exactSize, humanSize } from './human-size.js'
import type { ListedEntry } from './listed-entry.js'
import { linkedName } from './listing-place.js'
import { exactDate, machineDate, relativeDate } from './relative-date.js'

/** What all rows of a listing share. */
export interface RowSettings {
  /** Precedes the names in links. */
  readonly base: string
  /** ms since the epoch, to which dates are relative. */
  readonly now: number
  /**
   * How the picture of an entry is put in: as an image that the browser loads once it is seen, as the attribute
   * `data-poster` from which the script makes that image, or not at all.
   */
  readonly posters: 'image' | 'attribute' | 'none'
  /**
   * Whether a second link to a file downloads it. Where a registration adds listings alone, each file has one link: its
   * listings are read by programs at least as often as by people.
   */
  readonly downloads: 'link' | 'none'
  /** The folder of the route of posters. A picture at the entry's own name there needs no URL in its row. */
  readonly route?: string | undefined
}

/**
 * The row of an entry. The link to it has no attribute but `href`, and begins with the name itself: some programs that
 * read listings expect that. A colon in a name is encoded, so that no name is taken for a scheme.
 */
export function listingRow(
  { name, kind, size, lastModified, watch, poster }: ListedEntry,
  { base, now, posters, downloads, route }: RowSettings,
): string {
  const isFolder = kind === 'directory'
  const slash = isFolder ? '/' : ''
  const path = linkedName(name) + slash
  const href = escapeHtml(base + path)
  const source = poster === undefined ? undefined : escapeHtml(poster)
  const isOwn = route !== undefined && poster === route + path
  const attribute = isOwn ? ' data-poster' : ` data-poster="${source}"`
  const image = source && posters === 'image' ? posterImage(source) : ''
  const link = `<bdi><a href="${href}">${shownText(name)}${slash}</a></bdi>`
  const play = watch === undefined ? '' : `<a href="${escapeHtml(watch)}">Watch</a>`
  const save = isFolder || downloads === 'none' ? '' : `<a href="${href}" download>Download</a>`
  return `<tr class="lb-${isFolder ? 'folder' : iconOf(name)}"${source && posters === 'attribute' ? attribute : ''}><th scope="row">${image}${link}</th>${
    isFolder ? '<td></td>' : sizeCell(size)
  }<td>${dateOf(lastModified, now)}</td><td>${play}${save}</td></tr>`
}

/** A picture that has no text: the name is beside it. One that fails to load takes no room. */
function posterImage(source: string): string {
  return `<img src="${source}" alt="" loading="lazy" decoding="async">`
}

function sizeCell(bytes: number): string {
  return `<td data-bytes="${bytes}" title="${exactSize(bytes)}">${humanSize(bytes)}</td>`
}

/** Empty for a time beyond the range of Date. */
function dateOf(time: number, now: number): string {
  const machine = machineDate(time)
  if (machine === undefined) return ''
  return `<time datetime="${machine}" title="${exactDate(machine)}">${relativeDate(time, now)}</time>`
}
