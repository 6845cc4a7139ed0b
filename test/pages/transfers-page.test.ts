import { describe, expect, it } from 'vitest'
import type { TransferSnapshot } from '../../src/pages/transfer-snapshot.js'
import { totalsText, transfersPage } from '../../src/pages/transfers-page.js'

const SNAPSHOT: TransferSnapshot = {
  transfers: [
    {
      id: 'a1b2c3d4e5f6-1',
      method: 'GET',
      path: '/%3Cscript%3E.mp4',
      status: 200,
      bytes: 500,
      expected: 1000,
      heals: 0,
      ms: 1000,
      rate: 500,
      waitingFor: 'client',
      stalling: false,
    },
  ],
  finished: [],
  totals: { running: 1, stalled: 1, rate: 500, bytes: 500, heals: 1 },
  history: { until: 100, rates: [0, 100, 1500] },
}

describe('transfersPage', () => {
  it('has no data for a request without permission, and says what to do without a script', () => {
    const page = transfersPage(undefined)
    expect(page).toContain('<form id="access" hidden>')
    expect(page).toContain('<div id="live" hidden>')
    expect(page).toMatch(/<noscript><p>Without JavaScript: <code>curl/)
    expect(page).not.toContain('<td')
  })

  it('has a table for a request with permission, escaped, with a line of the rates', () => {
    const page = transfersPage(SNAPSHOT)
    expect(page).toContain('<div id="live">')
    expect(page).toContain('/&#60;script&#62;.mp4')
    expect(page).not.toContain('/<script>')
    expect(page).toMatch(/<path id="line" d="M[\d. L]+"/)
    expect(page).toContain('1 running, 1 stalled · 500 bytes/s now')
    expect(page).toContain('<p id="no-running" hidden>')
    expect(page).toContain('<p id="no-finished">')
  })

  it('loads its files by relative URLs, and has no style and no script within', () => {
    const page = transfersPage(SNAPSHOT)
    expect(page).toContain('href="assets/lastbyte.css"')
    expect(page).toContain('src="assets/transfers.js"')
    expect(page).not.toMatch(/style=|<style|<script>|onclick/)
  })
})

it('totalsText says in words what the line of rates shows', () => {
  expect(totalsText(SNAPSHOT.totals, [0, 1500])).toBe(
    '1 running, 1 stalled · 500 bytes/s now · at most 1.5 kB/s in the last minute · 500 bytes since the start · 1 heal',
  )
  expect(totalsText(undefined, Array(200).fill(0))).toContain('in the last 4 minutes')
})
