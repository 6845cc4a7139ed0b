// The page of the transfers: follows them, and ends one.
import { sparkline } from '../sparkline.js'
import {
  FINISHED_COLUMNS,
  finishedCells,
  RUNNING_COLUMNS,
  runningCells,
} from '../transfer-cells.js'
import type { FinishedTransfer, TransferSnapshot } from '../transfer-snapshot.js'
import { LINE_SECONDS, LINE_SIZE, tableRow, totalsText } from '../transfers-page.js'
import { bearer, forgetToken, keepToken, takeToken } from './access-token.js'
import { type Row, rowChanges } from './row-changes.js'
import { type WatchState, watchEvents } from './watch-events.js'

const MOST_FINISHED = 200
/** Three events of one a second are missing. */
const STALL = 5_000

const element = <T extends Element>(id: string): T => document.getElementById(id) as unknown as T
const state = element<HTMLElement>('state')
const live = element<HTMLElement>('live')
const access = element<HTMLFormElement>('access')
const input = element<HTMLInputElement>('token')
const dialog = element<HTMLDialogElement>('confirm')
const url = location.href.replace(/#.*$/, '')

let token = takeToken(window)
let lastEventId: string | undefined
let reading = new AbortController()
let rates: number[] = []
let finished: FinishedTransfer[] = []
const shown = { running: new Map<string, Row>(), finished: new Map<string, Row>() }

function say(text: string): void {
  if (state.textContent !== text) state.textContent = text
}

/** Changes the rows of a table to those of a new state. */
function showRows(
  id: 'running' | 'finished',
  rows: readonly Row[],
  end: 'prepend' | 'append',
): void {
  const body = element<HTMLTableSectionElement>(id)
  const columns = id === 'running' ? RUNNING_COLUMNS : FINISHED_COLUMNS
  const changes = rowChanges(shown[id], rows)
  const rowOf = (row: string) => body.querySelector<HTMLElement>(`[data-id="${CSS.escape(row)}"]`)
  for (const removed of changes.removed) {
    const row = rowOf(removed)
    const hadFocus = row?.contains(document.activeElement) ?? false
    row?.remove()
    // Otherwise the focus would be at the beginning of the page.
    if (hadFocus) element<HTMLElement>(`${id}-title`).focus()
  }
  const added = changes.added.map(({ id: row, cells }) => {
    const template = document.createElement('template')
    template.innerHTML = tableRow(columns, cells)
    const created = template.content.firstElementChild as HTMLElement
    created.dataset.id = row
    return created
  })
  body[end](...added)
  for (const { id: row, index, html } of changes.cells) {
    const cell = rowOf(row)?.children[index]
    if (cell !== undefined) cell.innerHTML = html
  }
  shown[id] = new Map(rows.map((row) => [row.id, row]))
  const table = body.closest('table') as HTMLTableElement
  table.hidden = rows.length === 0
  element<HTMLElement>(`no-${id}`).hidden = rows.length > 0
}

function show(snapshot: TransferSnapshot): void {
  live.hidden = false
  access.hidden = true
  const known = new Set(finished.map(({ id }) => id))
  finished = [...snapshot.finished.filter(({ id }) => !known.has(id)), ...finished]
  finished.length = Math.min(finished.length, MOST_FINISHED)
  rates = [...rates, ...snapshot.history.rates].slice(-LINE_SECONDS.most)
  const rowsOf = <T extends { id: string }>(all: readonly T[], cells: (each: T) => string[]) =>
    all.map((each) => ({ id: each.id, cells: cells(each) }))
  showRows('running', rowsOf(snapshot.transfers, runningCells), 'append')
  showRows('finished', rowsOf(finished, finishedCells), 'prepend')
  element('line').setAttribute('d', sparkline(rates, LINE_SECONDS, LINE_SIZE))
  element('totals').innerHTML = totalsText(snapshot.totals, rates)
}

function ask(problem: string): void {
  live.hidden = true
  access.hidden = false
  element('access-error').textContent = problem
  say('')
  input.focus()
}

function follow(next: WatchState): void {
  if (next.kind === 'live') say('Live.')
  if (next.kind === 'reconnecting') say('The connection is lost. Trying again …')
  if (next.kind === 'lost') {
    say(`No longer live: ${next.reason}. Reload the page to try again.`)
  }
  if (next.kind === 'refused') {
    forgetToken(window)
    const wrong = next.status === 401 && token !== undefined
    ask(wrong ? 'This is not the token of this server. A restart draws a new one.' : '')
    token = undefined
  }
}

function watch(): void {
  reading.abort()
  reading = new AbortController()
  const { signal } = reading
  const stream = {
    url,
    token,
    signal,
    stall: STALL,
    ...(lastEventId !== undefined && { lastEventId }),
  }
  void watchEvents(stream, {
    state: follow,
    event(data, id) {
      lastEventId = id
      show(JSON.parse(data))
    },
  })
}

/** Empties the tables that the server has rendered: the first event has all rows, with their ids. */
function clear(): void {
  for (const id of ['running', 'finished']) element(id).replaceChildren()
}

access.addEventListener('submit', (event) => {
  event.preventDefault()
  token = input.value.trim()
  input.value = ''
  keepToken(window, token)
  say('Connecting …')
  watch()
})

element('running').addEventListener('click', async (event) => {
  const button = (event.target as Element).closest<HTMLButtonElement>('[data-end]')
  if (button === null) return
  element('confirm-text').textContent =
    button.getAttribute('aria-label')?.replace(/^End the t/, 'T') ?? ''
  dialog.returnValue = 'keep'
  dialog.showModal()
  dialog.addEventListener('close', () => void end(button), { once: true })
})

async function end({ dataset: { end: id = '' } }: HTMLButtonElement): Promise<void> {
  if (dialog.returnValue !== 'end') return
  const target = `${url.replace(/\?.*$/, '')}/${encodeURIComponent(id)}`
  try {
    const { status } = await fetch(target, { method: 'DELETE', headers: bearer(token) })
    if (status === 204) say('The transfer was ended.')
    else if (status === 404) say('The transfer had ended already.')
    else say(`The server refused to end the transfer (${status}).`)
  } catch {
    say('The server did not respond.')
  }
}

// A hidden page needs no events; those of its absence follow when it is shown again.
document.addEventListener('visibilitychange', () => {
  if (document.hidden) reading.abort()
  else if (access.hidden) watch()
})

clear()
watch()
