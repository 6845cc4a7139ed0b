import { accessForm } from './access-form.js'
import { escapeHtml } from './escape-html.js'
import { humanSize } from './human-size.js'
import { liveTable } from './live-table.js'
import { renderPage } from './page.js'
import { sparkline } from './sparkline.js'
import { FINISHED_COLUMNS, finishedCells, RUNNING_COLUMNS, runningCells } from './transfer-cells.js'
import type { TransferSnapshot, TransferTotals } from './transfer-snapshot.js'

/** Seconds of the line of rates, and its size in units of the picture. */
export const LINE_SECONDS = { least: 60, most: 300 }
export const LINE_SIZE = { width: 600, height: 80 }

/**
 * The page of the transfers of a server.
 *
 * @param snapshot undefined for a request without the permission: the page asks for the token then
 */
export function transfersPage(snapshot: TransferSnapshot | undefined): string {
  const running = snapshot?.transfers ?? []
  const finished = snapshot?.finished ?? []
  const rates = snapshot?.history.rates ?? []
  const main = `<h1>Transfers</h1>
${accessForm('the transfers')}
<p id="state" role="status"></p>
<noscript><p>${snapshot === undefined ? WITHOUT_SCRIPT : 'This is the state when the page was loaded: reload it to see later ones. Ending a transfer here needs JavaScript.'}</p></noscript>
<div id="live"${snapshot === undefined ? ' hidden' : ''}>
<figure class="lb-line">
<svg viewBox="0 0 ${LINE_SIZE.width} ${LINE_SIZE.height}" preserveAspectRatio="none" aria-hidden="true"><path id="line" d="${sparkline(rates, LINE_SECONDS, LINE_SIZE)}"/></svg>
<figcaption id="totals">${totalsText(snapshot?.totals, rates)}</figcaption>
</figure>
<h2 id="running-title" tabindex="-1">Running</h2>
${liveTable('running', RUNNING_COLUMNS, running.map(runningCells), 'No transfer is running.')}
<h2 id="finished-title" tabindex="-1">Ended</h2>
${liveTable('finished', FINISHED_COLUMNS, finished.map(finishedCells), 'No transfer has ended yet.')}
</div>
<dialog id="confirm" aria-labelledby="confirm-title">
<form method="dialog">
<h2 id="confirm-title">End this transfer?</h2>
<p id="confirm-text"></p>
<p>Its response ends short. A client that resumes may begin again.</p>
<menu><button value="keep" autofocus>Keep it</button><button value="end" class="lb-danger">End it</button></menu>
</form>
</dialog>`
  return renderPage({ title: 'Transfers', assets: 'assets/', script: 'transfers.js', main })
}

const WITHOUT_SCRIPT =
  'Without JavaScript: <code>curl -H "Authorization: Bearer $TOKEN" -H "Accept: text/html"</code> with the URL of this page gets the same table.'

/** All transfers in words, also for those who don't see the line of rates. */
export function totalsText(totals: TransferTotals | undefined, rates: readonly number[]): string {
  const { running = 0, stalled = 0, rate = 0, bytes = 0, heals = 0 } = totals ?? {}
  const peak = Math.max(0, ...rates)
  const minutes = Math.max(1, Math.ceil(rates.length / 60))
  const parts = [
    `${running} running${stalled > 0 ? `, ${stalled} stalled` : ''}`,
    `${humanSize(rate)}/s now`,
    `at most ${humanSize(peak)}/s in the last ${minutes === 1 ? 'minute' : `${minutes} minutes`}`,
    `${humanSize(bytes)} since the start`,
    `${heals} ${heals === 1 ? 'heal' : 'heals'}`,
  ]
  return escapeHtml(parts.join(' · '))
}
