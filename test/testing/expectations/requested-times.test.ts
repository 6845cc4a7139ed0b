import { expect, it } from 'vitest'
import { judgeRequestedTimes } from '../../../src/testing/expectations/requested-times.js'
import { requestEntry } from '../../fixture/request-entry.js'

const entries = [requestEntry({}), requestEntry({ status: 503 })]

it.each([
  [2, undefined, true, '2 times'],
  [1, undefined, false, '2 times'],
  [1, { status: 503 }, true, 'once'],
  [0, { path: '/b' }, true, '0 times'],
])('judgeRequestedTimes for %s times with %j', (times, filter, pass, received) => {
  expect(judgeRequestedTimes(entries, times, filter)).toMatchObject({ pass, received })
})

it('refuses a number that counts nothing', () => {
  expect(() => judgeRequestedTimes([], -1)).toThrow(/^times: expected a whole number, 0 or more/)
})
