import { expect, it } from 'vitest'
import { EVENT_OVERHEAD, loggedSize } from '../../src/stream-log/log-limits.js'

it.each([
  ['data: a\n\n', undefined, 9],
  ['data: ä\n\n', undefined, 10],
  ['data: a\n\n', '17', 11],
])('counts the bytes of %j with the id %s', (text, own, bytes) => {
  expect(loggedSize(text, own)).toBe(bytes + EVENT_OVERHEAD)
})
