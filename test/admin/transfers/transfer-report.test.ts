import { describe, expect, it } from 'vitest'
import {
  BEGINNING,
  type BoardReport,
  formatPosition,
  joinReports,
  parsePosition,
  positionAfter,
} from '../../../src/admin/transfers/transfer-report.js'

const SHOWN = { method: 'GET', path: '/a', status: 200, bytes: 1, heals: 0 }
const running = (id: string, ms: number) =>
  ({ ...SHOWN, id, ms, rate: 1, waitingFor: 'client', stalling: false }) as const
const finished = (id: string, second: number) =>
  ({ ...SHOWN, id, ms: 1, outcome: 'complete', ended: `2026-01-01T00:00:0${second}.000Z` }) as const

const ONE: BoardReport = {
  session: 'aaaaaaaaaaaa',
  ended: 2,
  running: [running('a-1', 10)],
  finished: [finished('a-2', 1), finished('a-3', 3)],
  totals: { running: 1, stalled: 0, rate: 5, bytes: 10, heals: 1 },
  history: { until: 100, rates: [1, 2] },
}
const TWO: BoardReport = {
  session: 'bbbbbbbbbbbb',
  ended: 1,
  running: [running('b-1', 20)],
  finished: [finished('b-2', 2)],
  totals: { running: 1, stalled: 1, rate: 7, bytes: 100, heals: 0 },
  history: { until: 101, rates: [10, 20] },
}

describe('the reports of several processes', () => {
  it('are joined: the oldest running ones first, the newest of those that have ended, and sums', () => {
    const { transfers, finished, totals, history } = joinReports([ONE, TWO])
    expect(transfers.map(({ id }) => id)).toEqual(['b-1', 'a-1'])
    expect(finished.map(({ id }) => id)).toEqual(['a-3', 'b-2', 'a-2'])
    expect(totals).toEqual({ running: 2, stalled: 1, rate: 12, bytes: 110, heals: 1 })
    expect(history).toEqual({ until: 100, rates: [1, 12] })
  })

  it('are empty where no process has responded', () => {
    expect(joinReports([])).toEqual({
      transfers: [],
      finished: [],
      totals: { running: 0, stalled: 0, rate: 0, bytes: 0, heals: 0 },
      history: { until: 0, rates: [] },
    })
    expect(positionAfter([], { ended: { a: 1 }, second: 7 })).toEqual({ ended: {}, second: 7 })
  })

  it('have a position after them, which is written as an id and read again', () => {
    const position = positionAfter([ONE, TWO], BEGINNING)
    expect(position).toEqual({ ended: { aaaaaaaaaaaa: 2, bbbbbbbbbbbb: 1 }, second: 100 })
    expect(formatPosition(position)).toBe('100,aaaaaaaaaaaa-2,bbbbbbbbbbbb-1')
    expect(parsePosition(formatPosition(position))).toEqual(position)
  })

  it.each([undefined, '', 'x', '1,', '1,aaaaaaaaaaaa', '1,AAAAAAAAAAAA-1', '1\n', '-1', '1e9'])(
    'begin again for the id %j',
    (id) => {
      expect(parsePosition(id)).toEqual(BEGINNING)
    },
  )
})
