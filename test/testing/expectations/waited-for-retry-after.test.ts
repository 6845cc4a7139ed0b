import { expect, it } from 'vitest'
import { judgeWaitedForRetryAfter } from '../../../src/testing/expectations/waited-for-retry-after.js'
import { requestEntry } from '../../fixture/request-entry.js'

const busy = (retryAfter: string) =>
  requestEntry({ number: 1, status: 503, retryAfter, time: 1_000_000, responded: 100 })
const next = (time: number, path = '/a') => requestEntry({ number: 2, time, path })
const DATE = new Date(1_005_000).toUTCString()

it.each([
  ['as long', [busy('2'), next(1_002_100)], true],
  ['longer', [busy('2'), next(1_009_000)], true],
  ['a few ms less, as timers do', [busy('2'), next(1_002_095)], true],
  ['less', [busy('2'), next(1_002_000)], false],
  ['until a date', [busy(DATE), next(1_005_000)], true],
  ['not until a date', [busy(DATE), next(1_004_000)], false],
  [
    'and requested another path meanwhile',
    [busy('2'), next(1_000_200, '/b'), next(1_002_100)],
    true,
  ],
  ['and sent no request again', [busy('2')], false],
  ['without the field', [requestEntry({ status: 503 }), next(0)], false],
  ['with a malformed field', [busy('soon'), next(1_000_100)], false],
])('judgeWaitedForRetryAfter of a client that waited %s', (_, entries, pass) => {
  expect(judgeWaitedForRetryAfter(entries).pass).toBe(pass)
})

it('names the request and the time', () => {
  expect(judgeWaitedForRetryAfter([busy('2'), next(1_000_600)]).received).toBe(
    '#2 1500 ms too early after #1',
  )
})

it('applies the filter to the response with the field, not to the request after it', () => {
  const entries = [busy('2'), next(1_002_100)]
  expect(judgeWaitedForRetryAfter(entries, { status: 503 }).pass).toBe(true)
  expect(judgeWaitedForRetryAfter(entries, { status: 429 }).pass).toBe(false)
})
