import type { TimeSlices } from '../async/time-slices.js'
import { countText } from './count-text.js'
import { escapeHtml, shownText } from './escape-html.js'
import type { InlineStyle } from './inline-style.js'
import type { ListedEntry } from './listed-entry.js'
import { ancestorsOf, type ListingPlace } from './listing-place.js'
import { listingRow } from './listing-row.js'
import { listingHead, listingTools } from './listing-tools.js'
import type { ListingView } from './listing-view.js'
import { renderPage } from './page.js'

/** A directory, as its page shows it. */
export interface Listing {
  /** The decoded path of the directory, with a slash at both ends. */
  readonly path: string
  readonly place: ListingPlace
  /** Filtered and sorted. */
  readonly entries: readonly ListedEntry[]
  /** The number of entries before the filter. */
  readonly total: number
  readonly view: ListingView
  /** ms since the epoch, to which dates are relative. */
  readonly now: number
  /** The stylesheet where no route serves it and a script; default: both are loaded. */
  readonly style?: InlineStyle | undefined
  /** The folder of this one in the route of posters, with a slash at its end; undefined without that route. */
  readonly posters?: string | undefined
  /** `offered`: a button downloads all of the directory as one file. Default: there is none. */
  readonly archive?: 'offered' | undefined
  /** The text of the folder: its name, and HTML. */
  readonly readme?: { readonly name: string; readonly html: string } | undefined
}

/** The listing of a directory in HTML. */
export async function listingPage(listing: Listing, slices: TimeSlices): Promise<string> {
  const { path, place, entries, view, now, style, readme } = listing
  const asAttribute = style === undefined ? 'attribute' : 'none'
  const posters = view.form === 'grid' ? 'image' : asAttribute
  const downloads = style === undefined ? 'link' : 'none'
  const settings = { base: place.base, now, posters, downloads, route: listing.posters } as const
  const rows = await slices.map(entries, (entry) => listingRow(entry, settings))
  const folders = entries.filter(({ kind }) => kind === 'directory').length
  const count = countText(
    { folders, files: entries.length - folders },
    { filter: view.filter, total: listing.total },
  )
  const text = readme
    ? `\n<section class="lb-readme" aria-label="${shownText(readme.name)}">\n${readme.html}</section>`
    : ''
  const named = view.formIsNamed ? ' data-view-named' : ''
  const route =
    listing.posters === undefined ? '' : ` data-posters="${escapeHtml(listing.posters)}"`
  const base = place.base === '' ? '' : ` data-base="${escapeHtml(place.base)}"`
  const main = `<div class="lb-listing lb-${view.form}" id="listing"${named}${route}${base}>
${heading(path, place)}
${listingTools(view, listing)}
<p id="count" role="status" aria-live="polite">${count}</p>
<table class="lb-rows">
${listingHead(view)}
<tbody>
${parentRow(path, place)}${rows.join('\n')}
</tbody>
</table>${text}
</div>`
  const assets = `${place.up}-/assets/`
  const look = style === undefined ? { assets, script: 'listing.js' } : { assets, style: style.css }
  return renderPage({ title: path, ...look, main })
}

/** The name of the directory below links to those above it. */
function heading(path: string, place: ListingPlace): string {
  const links = ancestorsOf(path, place).map(({ name, href }) => {
    const text = name === '' ? 'Files' : `<bdi>${shownText(name)}</bdi>`
    return `<li><a href="${escapeHtml(href)}">${text}</a></li>`
  })
  const trail =
    links.length === 0 ? '' : `<nav aria-label="Parent folders"><ol>${links.join('')}</ol></nav>\n`
  const name = path === '/' ? 'Files' : `<bdi>${shownText(path.split('/').at(-2) ?? '')}</bdi>`
  return `<header>${trail}<h1>${name}</h1></header>`
}

function parentRow(path: string, { parent }: ListingPlace): string {
  if (path === '/') return ''
  return `<tr class="lb-parent"><th scope="row"><a href="${escapeHtml(parent)}">..</a></th><td></td><td></td><td></td></tr>\n`
}
