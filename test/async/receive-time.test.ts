import { expect, it } from 'vitest'
import { receiveTime } from '../../src/async/receive-time.js'

it.each([
  [0, 0],
  [20 * 1024, 1_000],
  [8 * 1024 * 1024, 409_600],
  [10 ** 12, 409_600],
])('a slow client receives %i written bytes in %i ms', (written, ms) => {
  expect(receiveTime(written)).toBe(ms)
})
