import { describe, expect, it } from 'vitest'
import {
  FINISHED_COLUMNS,
  finishedCells,
  percentSent,
  RUNNING_COLUMNS,
  runningCells,
  shownPath,
} from '../../src/pages/transfer-cells.js'
import type { FinishedTransfer, RunningTransfer } from '../../src/pages/transfer-snapshot.js'

const SHOWN = {
  id: 'a1b2c3d4e5f6-1',
  method: 'GET',
  path: '/clip.mp4',
  client: '192.0.2.1',
  protocol: 'HTTP/1.1',
  status: 206,
  bytes: 500,
  heals: 2,
  ms: 61_000,
}
const RUNNING: RunningTransfer = {
  ...SHOWN,
  expected: 1000,
  rate: 2000,
  waitingFor: 'client',
  stalling: false,
}
const FINISHED: FinishedTransfer = {
  ...SHOWN,
  outcome: 'complete',
  ended: '2026-11-26T16:40:00.000Z',
}

describe('the cells of a running transfer', () => {
  it('show its progress, rate, age and heals, one for each column', () => {
    const cells = runningCells({ ...RUNNING, range: 'bytes=500-' })
    expect(cells).toHaveLength(RUNNING_COLUMNS.length)
    expect(cells[0]).toContain('<bdi dir="auto">/clip.mp4</bdi>')
    expect(cells[0]).toContain(
      '<bdi>GET</bdi> · <bdi>206</bdi> · <bdi>HTTP/1.1</bdi> · <bdi>bytes=500-</bdi>',
    )
    expect(cells[1]).toBe('<bdi>192.0.2.1</bdi>')
    expect(cells[2]).toContain('value="50"')
    expect(cells[2]).toContain('500 bytes of 1.0 kB, 50\u00a0%')
    expect(cells.slice(3, 6)).toEqual(['2.0 kB/s', '1 min 1 s', '2'])
  })

  it('have a button that names the transfer', () => {
    expect(runningCells(RUNNING)[6]).toContain(
      'data-end="a1b2c3d4e5f6-1" aria-label="End the transfer of /clip.mp4 to 192.0.2.1"',
    )
  })

  it('show no progress of a body without a length, and a stall', () => {
    const { expected: _unknown, ...endless } = RUNNING
    const cells = runningCells({ ...endless, stalling: true, status: 0, worker: 3 })
    expect(cells[0]).toContain('opening')
    expect(cells[1]).toContain('worker 3')
    expect(cells[2]).toBe('500 bytes')
    expect(cells[3]).toContain('stalled')
  })

  it('keep the button as it is while the transfer goes on, so that it keeps the focus', () => {
    const later = { ...RUNNING, bytes: 900, rate: 1, ms: 99_000, heals: 9, stalling: true }
    expect(runningCells(later)[6]).toBe(runningCells(RUNNING)[6])
  })
})

describe('the cells of a transfer that has ended', () => {
  it('show its outcome and its reason, one for each column', () => {
    const cells = finishedCells({
      ...FINISHED,
      expected: 1000,
      outcome: 'killed',
      reason: 'Cannot continue: <b>',
    })
    expect(cells).toHaveLength(FINISHED_COLUMNS.length)
    expect(cells[2]).toContain('500 bytes of 1.0 kB')
    expect(cells[3]).toBe(
      '<span class="lb-danger">killed</span> <small>Cannot continue: &#60;b&#62;</small>',
    )
    expect(cells[6]).toBe('<time datetime="2026-11-26T16:40:00.000Z">16:40:00 UTC</time>')
  })

  it.each([
    ['complete', 'lb-ok'],
    ['client-gone', 'lb-muted'],
    ['source-failed', 'lb-danger'],
  ] as const)('have the outcome %s in the colour %s', (outcome, kind) => {
    expect(finishedCells({ ...FINISHED, outcome })[3]).toBe(
      `<span class="${kind}">${outcome}</span>`,
    )
  })
})

describe('shownPath', () => {
  it.each([
    ['/a%20b.mp4', '/a b.mp4'],
    ['/%D7%A1.mp4', '/ס.mp4'],
    ['/%FF.mp4', '/%FF.mp4'],
    ['/%E2%80%AEgpj.exe', '/\\u202egpj.exe'],
    ['/%1B[2J', '/\\u001b[2J'],
  ])('shows %s as %s', (path, shown) => {
    expect(shownPath({ path })).toBe(shown)
  })

  it('is escaped in every cell and attribute', () => {
    const path = '/%3Cimg%20src=x%20onerror=%22alert(1)%22%3E'
    for (const cell of runningCells({ ...RUNNING, path, client: '"><b>', range: '<i>' })) {
      expect(cell).not.toMatch(/<img|<b>|<i>|="alert/)
    }
  })
})

it.each([
  [0, 10, 0],
  [9, 10, 90],
  [999, 1000, 99],
  [11, 10, 100],
  [0, 0, 100],
  [5, undefined, undefined],
])('percentSent of %d of %s bytes is %s', (bytes, expected, percent) => {
  expect(percentSent(bytes, expected)).toBe(percent)
})
