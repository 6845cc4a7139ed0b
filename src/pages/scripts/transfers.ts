// The page of the transfers: follows them, and ends one.
import { sparkline } from '../sparkline.js'
import {
  FINISHED_COLUMNS,
  finishedCells,
  RUNNING_COLUMNS,
  runningCells,
} from '../transfer-cells.js'
import type { FinishedTransfer, TransferSnapshot } from '../transfer-snapshot.js'
import { LINE_SECONDS, LINE_SIZE, totalsText } from '../transfers-page.js'
import { bearer } from './access-token.js'
import { LiveTable } from './live-table.js'
import { byId, watchedElements } from './page-elements.js'
import { WatchedPage } from './watched-page.js'

const MOST_FINISHED = 200
/** Several events of one a second are missing. */
const STALL = 5_000

const url = location.href.replace(/[#?].*$/, '')
const dialog = byId<HTMLDialogElement>('confirm')
const running = new LiveTable(document, 'running', RUNNING_COLUMNS, 'append')
const ended = new LiveTable(document, 'finished', FINISHED_COLUMNS, 'prepend')
let finished: FinishedTransfer[] = []
let rates: number[] = []

const page = new WatchedPage(window, watchedElements(), {
  url,
  stall: STALL,
  event: (data) => show(JSON.parse(data)),
})

function show(snapshot: TransferSnapshot): void {
  const known = new Set(finished.map(({ id }) => id))
  finished = [...snapshot.finished.filter(({ id }) => !known.has(id)), ...finished]
  finished = finished.slice(0, MOST_FINISHED)
  rates = [...rates, ...snapshot.history.rates].slice(-LINE_SECONDS.most)
  running.show(snapshot.transfers.map((each) => ({ id: each.id, cells: runningCells(each) })))
  ended.show(finished.map((each) => ({ id: each.id, cells: finishedCells(each) })))
  byId('line').setAttribute('d', sparkline(rates, LINE_SECONDS, LINE_SIZE))
  byId('totals').innerHTML = totalsText(snapshot.totals, rates)
}

byId('running').addEventListener('click', (event) => {
  const button = (event.target as Element).closest<HTMLButtonElement>('[data-end]')
  if (button === null) return
  const what = button.getAttribute('aria-label') ?? ''
  byId('confirm-text').textContent = `${what.replace(/^End the/, 'The')}.`
  dialog.returnValue = 'keep'
  dialog.showModal()
  dialog.addEventListener('close', () => void end(button.dataset.end ?? ''), { once: true })
})

async function end(id: string): Promise<void> {
  if (dialog.returnValue !== 'end') return
  try {
    const headers = bearer(page.token)
    const { status } = await fetch(`${url}/${encodeURIComponent(id)}`, {
      method: 'DELETE',
      headers,
    })
    if (status === 204) page.say('The transfer was ended.')
    else if (status === 404) page.say('The transfer had ended already.')
    else if (status === 401 || status === 403) page.ask(status)
    else page.say(`The server refused to end the transfer: ${status}.`)
  } catch {
    page.say('The server did not respond: the transfer was not ended.')
  }
}

// A hidden page needs no events; those of its absence follow when it is shown again.
document.addEventListener('visibilitychange', () => {
  if (document.hidden) page.pause()
  else if (byId('access').hidden) page.follow()
})

page.follow()
