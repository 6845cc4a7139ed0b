import { expect, it } from 'vitest'
import { transferEvents } from '../../../src/admin/transfers/transfer-events.js'
import type { BoardReport, Position } from '../../../src/admin/transfers/transfer-report.js'

const REPORT: BoardReport = {
  session: 'aaaaaaaaaaaa',
  ended: 3,
  running: [],
  finished: [],
  totals: { running: 0, stalled: 0, rate: 0, bytes: 0, heals: 0 },
  history: { until: 9, rates: [] },
}

it('transferEvents begins where Last-Event-ID has ended, and goes on from each event', async () => {
  const positions: Position[] = []
  const view = {
    report: async (position: Position) => {
      positions.push(position)
      return [REPORT]
    },
    kill: async () => false,
  }
  const stop = new AbortController()
  const events = transferEvents(view, '5,aaaaaaaaaaaa-1', stop.signal)
  expect((await events.next()).value).toMatchObject({ retry: 1000 })
  expect((await events.next()).value).toMatchObject({ id: '9,aaaaaaaaaaaa-3' })
  // Nothing is asked for an event that the watcher hasn't requested.
  expect(positions).toHaveLength(1)
  await events.next()
  expect(positions).toEqual([
    { ended: { aaaaaaaaaaaa: 1 }, second: 5 },
    { ended: { aaaaaaaaaaaa: 3 }, second: 9 },
  ])
  const last = events.next()
  stop.abort()
  expect((await last).done).toBe(true)
})
