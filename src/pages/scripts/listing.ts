// The page of a listing: a filter as one types, list or grid, keys, links to copy, and dates. Of use without a script.
import { countText } from '../count-text.js'
import { foldName, nameFilter } from '../name-filter.js'
import { copyText } from './copy-text.js'
import { element, find } from './element.js'
import { removeFailedImages } from './failed-images.js'
import { keySheet } from './key-sheet.js'
import { actionOf, KEYS_OF_LISTING, type ListingAction, movedIndex } from './listing-keys.js'
import { refreshDate } from './refresh-date.js'
import { remembered } from './remembered.js'
import { urlWith } from './url-with.js'

const REMEMBERED = 'lastbyte.listing.view'

const listing = find<HTMLElement>('#listing')
const search = find<HTMLInputElement>('[name="q"]', listing)
const count = find<HTMLElement>('#count', listing)
const switcher = find<HTMLButtonElement>('#form-of-list button', listing)

/** A row, its link, and the name as the filter compares it. */
interface Row {
  readonly element: HTMLTableRowElement
  readonly link: HTMLAnchorElement
  readonly folded: string
}

let rows = readRows()
/** Whether the server has left out names. */
let isPartial = search.defaultValue !== ''

function readRows(): Row[] {
  return [...listing.querySelectorAll<HTMLTableRowElement>('.lb-rows > tbody > tr')].flatMap(
    (element) => {
      const link = element.cells[0]?.querySelector('a')
      return link ? [{ element, link, folded: foldName(link.textContent ?? '') }] : []
    },
  )
}

const isGrid = () => listing.classList.contains('lb-grid')
const isEntry = ({ element }: Row) => !element.classList.contains('lb-parent')
const shownRows = () => rows.filter(({ element }) => !element.hidden)
const currentIndex = (among: Row[]) =>
  among.findIndex(({ element }) => element.contains(document.activeElement))

// What rows have only once they are seen, since there may be thousands: a button, a picture, a current date.

const seen = new Set<HTMLTableRowElement>()
const observer = new IntersectionObserver(
  (changes) => {
    for (const { isIntersecting, target } of changes) {
      if (isIntersecting) furnish(target as HTMLTableRowElement)
    }
  },
  { rootMargin: '400px' },
)

function observeRows(): void {
  observer.disconnect()
  for (const { element } of rows) observer.observe(element)
}

function furnish(row: HTMLTableRowElement): void {
  observer.unobserve(row)
  addPoster(row)
  if (seen.has(row)) return
  seen.add(row)
  refreshDate(row.querySelector('time'), Date.now())
  if (row.classList.contains('lb-parent')) return
  row.cells[3]?.append(element('button', { type: 'button', textContent: 'Copy link' }))
}

function addPoster(row: HTMLTableRowElement): void {
  const { poster } = row.dataset
  if (poster === undefined || !isGrid()) return
  delete row.dataset.poster
  const { posters = '', base = '' } = listing.dataset
  const name = row.cells[0]?.querySelector('a')?.getAttribute('href')?.slice(base.length)
  const src = poster || posters + name
  row.cells[0]?.prepend(element('img', { alt: '', decoding: 'async', loading: 'lazy', src }))
}

setInterval(() => {
  for (const row of seen) refreshDate(row.querySelector('time'), Date.now())
}, 60_000)

// The filter.

function applyFilter(): void {
  const matches = nameFilter(search.value)
  const counted = { folders: 0, files: 0 }
  for (const row of rows) {
    if (!isEntry(row)) continue
    const isShown = matches(row.folded)
    if (row.element.hidden === isShown) row.element.hidden = !isShown
    if (isShown) counted[row.element.classList.contains('lb-folder') ? 'folders' : 'files'] += 1
  }
  const total = rows.filter(isEntry).length
  count.textContent = countText(counted, { filter: search.value.trim(), total })
}

async function onFilter(): Promise<void> {
  history.replaceState(history.state, '', urlWith(location.href, { q: search.value.trim() }))
  if (isPartial) await loadAllRows()
  applyFilter()
}

/** The rows that a filter on the server has left out. */
async function loadAllRows(): Promise<void> {
  isPartial = false
  const url = urlWith(location.href, { q: '' })
  const response = await fetch(url, { headers: { accept: 'text/html' } })
  const page = new DOMParser().parseFromString(await response.text(), 'text/html')
  const body = page.querySelector('#listing tbody')
  if (!response.ok || body === null) return location.assign(location.href)
  find('tbody', listing).replaceWith(document.adoptNode(body))
  seen.clear()
  rows = readRows()
  observeRows()
}

search.addEventListener('input', onFilter)
find<HTMLButtonElement>('[role="search"] button', listing).hidden = true
find<HTMLFormElement>('[role="search"]', listing).addEventListener('submit', (event) => {
  event.preventDefault()
  shownRows().find(isEntry)?.link.focus()
})
// Sorting keeps what was typed since the page was loaded.
listing.addEventListener('formdata', ({ formData }) => {
  if (search.value.trim() === '') formData.delete('q')
  else formData.set('q', search.value.trim())
})

// List or grid.
removeFailedImages(listing)
function setForm(form: string): void {
  listing.classList.toggle('lb-grid', form === 'grid')
  listing.classList.toggle('lb-list', form !== 'grid')
  switcher.value = isGrid() ? 'list' : 'grid'
  switcher.textContent = isGrid() ? 'List' : 'Grid'
  observeRows()
}

switcher.form?.addEventListener('submit', (event) => {
  event.preventDefault()
  remembered(REMEMBERED, switcher.value)
  setForm(switcher.value)
  history.replaceState(history.state, '', urlWith(location.href, { view: '' }))
})
const isNamed = listing.dataset.viewNamed !== undefined
setForm(
  isNamed
    ? listing.classList.contains('lb-grid')
      ? 'grid'
      : 'list'
    : (remembered(REMEMBERED) ?? 'list'),
)

// Links to copy.

const toast = element('p', { className: 'lb-toast' })
toast.setAttribute('role', 'status')
document.body.append(toast)

async function copyLink({ link }: Row): Promise<void> {
  toast.textContent = ''
  const isCopied = await copyText(link.href)
  toast.textContent = isCopied ? `Copied the link to ${link.textContent}` : link.href
  setTimeout(() => {
    toast.textContent = ''
  }, 4000)
}

listing.addEventListener('click', ({ target }) => {
  const button = (target as Element).closest('tbody button')
  const row = button && rows.find(({ element }) => element.contains(button))
  if (row) copyLink(row)
})

// Keys.

const sheet = element('dialog', { className: 'lb-sheet', innerHTML: keySheet(KEYS_OF_LISTING) })
sheet.setAttribute('aria-labelledby', 'keys')
const help = element('button', { type: 'button', className: 'lb-keys', textContent: '?' })
help.setAttribute('aria-label', 'Keys')
help.addEventListener('click', () => sheet.showModal())
find('.lb-tools', listing).append(help)
document.body.append(sheet)

/** Performs an action. Returns whether it had an effect, so that the browser must not act on the key as well. */
function perform(action: ListingAction): boolean {
  const shown = shownRows()
  const row = shown[currentIndex(shown)]
  const click = (link: HTMLElement | null | undefined) => {
    link?.click()
    return link != null
  }
  switch (action.kind) {
    case 'move':
      return moveTo(shown, action.to)
    case 'filter':
      search.select()
      return true
    case 'clear':
      return clearFilter()
    case 'parent':
      return click(listing.querySelector<HTMLElement>('.lb-parent a'))
    case 'form':
      return click(switcher)
    case 'watch':
      return click(row?.element.cells[3]?.querySelector<HTMLElement>('a:not([download])'))
    case 'download':
      return click(row?.element.cells[3]?.querySelector<HTMLElement>('a[download]'))
    case 'copy':
      if (row && isEntry(row)) copyLink(row)
      return row !== undefined
    case 'help':
      sheet.showModal()
      return true
  }
}

function moveTo(shown: Row[], to: Extract<ListingAction, { kind: 'move' }>['to']): boolean {
  const tracks = getComputedStyle(find('tbody', listing)).gridTemplateColumns
  const columns = isGrid() ? tracks.split(' ').length : 1
  const index = movedIndex(currentIndex(shown), to, { count: shown.length, columns })
  if (index === undefined) return false
  shown[index]?.link.focus()
  return true
}

function clearFilter(): boolean {
  if (search.value !== '') {
    search.value = ''
    onFilter()
    return true
  }
  if (document.activeElement !== search) return false
  search.blur()
  return true
}

document.addEventListener('keydown', (event) => {
  const { activeElement } = document
  const isText = activeElement?.matches('input, textarea, select') ?? false
  const focus = sheet.open ? 'dialog' : isText ? 'text' : 'page'
  const { key, altKey, ctrlKey, metaKey } = event
  const action = actionOf({ key, altKey, ctrlKey, metaKey, focus })
  if (action !== undefined && perform(action)) event.preventDefault()
})
