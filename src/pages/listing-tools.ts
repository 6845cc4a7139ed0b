import { escapeHtml } from './escape-html.js'
import type { ListingView } from './listing-view.js'

/**
 * Controls of a listing are forms, not links: programs that fetch all that a page links to would fetch the listing
 * again for each order. A form without an action keeps the path of the page's URL.
 */

type Parameters = Readonly<Record<'sort' | 'order' | 'q' | 'view', string | undefined>>

/** The query that a view came from, without its defaults. */
function parametersOf({ sort, order, filter, form, formIsNamed }: ListingView): Parameters {
  const isSorted = sort !== 'name' || order !== 'asc'
  return {
    sort: isSorted ? sort : undefined,
    order: isSorted ? order : undefined,
    q: filter || undefined,
    view: formIsNamed ? form : undefined,
  }
}

/** Fields that keep the rest of the query. */
function hidden(view: ListingView, without: readonly (keyof Parameters)[]): string {
  return Object.entries(parametersOf(view))
    .filter(([name, value]) => value !== undefined && !without.includes(name as keyof Parameters))
    .map(([name, value]) => {
      return `<input type="hidden" name="${name}" value="${escapeHtml(value ?? '')}">`
    })
    .join('')
}

/** The filter, the switch between list and grid, and the button that downloads everything. */
export function listingTools(
  view: ListingView,
  { archive }: { readonly archive?: 'offered' | undefined } = {},
): string {
  const [other, label] = view.form === 'grid' ? ['list', 'List'] : ['grid', 'Grid']
  return `<div class="lb-tools">
<form role="search">${hidden(view, ['q'])}<input type="search" name="q" value="${escapeHtml(view.filter)}" placeholder="Filter" aria-label="Filter by name" autocomplete="off" autocapitalize="off" spellcheck="false" dir="auto"><button>Filter</button></form>
<form id="form-of-list">${hidden(view, ['view'])}<button name="view" value="${other}">${label}</button></form>${archive === 'offered' ? ARCHIVE : ''}
</div>`
}

const ARCHIVE = '\n<form><button name="zip" value="">Download ZIP</button></form>'

const COLUMNS = [
  { sort: 'name', label: 'Name', first: 'asc' },
  { sort: 'size', label: 'Size', first: 'desc' },
  { sort: 'date', label: 'Modified', first: 'desc' },
] as const

/** The headers of the columns: each sorts by its column, and the current one reverses the order. */
export function listingHead(view: ListingView): string {
  const cells = COLUMNS.map(({ sort, label, first }) => {
    const isCurrent = sort === view.sort
    const next = isCurrent ? (view.order === 'asc' ? 'desc' : 'asc') : first
    const state = view.order === 'asc' ? 'ascending' : 'descending'
    const attribute = isCurrent ? ` aria-sort="${state}"` : ''
    return `<th scope="col"${attribute}><form>${hidden(view, ['sort', 'order'])}<input type="hidden" name="sort" value="${sort}"><button name="order" value="${next}">${label}</button></form></th>`
  })
  return `<thead><tr>${cells.join('')}<th scope="col"><span class="lb-spoken">Actions</span></th></tr></thead>`
}
