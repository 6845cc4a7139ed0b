import { expect, it } from 'vitest'
import { humanDuration } from '../../src/pages/human-duration.js'

it.each([
  [0, '0 s'],
  [-5, '0 s'],
  [12, '12 ms'],
  [999.4, '999 ms'],
  [1000, '1 s'],
  [61_000, '1 min 1 s'],
  [3_600_000, '1 h'],
  [3_600_000 + 5_000, '1 h'],
  [100 * 60_000, '1 h 40 min'],
  [26 * 3_600_000, '1 d 2 h'],
])('humanDuration writes %d ms as %s', (ms, text) => {
  expect(humanDuration(ms)).toBe(text)
})
