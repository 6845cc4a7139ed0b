import { expect, it } from 'vitest'
import { EventRing } from '../../../src/stream-log/memory/event-ring.js'

const ringOf = (count: number) => {
  const ring = new EventRing()
  for (let n = 1; n <= count; n += 1) ring.push({ id: String(n), text: '' }, 10, n)
  return ring
}

it.each([
  { bytes: Number.POSITIVE_INFINITY, oldest: 0, first: 1 },
  { bytes: 50, oldest: 0, first: 4_996 },
  { bytes: Number.POSITIVE_INFINITY, oldest: 100, first: 100 },
  { bytes: 0, oldest: 0, first: 5_001 },
])('keeps $bytes bytes that are not older than $oldest', ({ bytes, oldest, first }) => {
  const ring = ringOf(5_000)
  ring.trim(bytes, oldest)
  expect([ring.first, ring.next]).toEqual([first, 5_001])
  expect(ring.bytes).toBe((5_001 - first) * 10)
  expect(ring.slice(first, 3).map(({ id }) => Number(id))).toEqual(
    [first, first + 1, first + 2].filter((n) => n <= 5_000),
  )
})

it('has consecutive numbers over any number of events', () => {
  const ring = new EventRing()
  for (let n = 1; n <= 20_000; n += 1) {
    ring.push({ id: String(n), text: '' }, 10, n)
    ring.trim(1_000, 0)
    expect(ring.slice(n, 1)[0]?.id).toBe(String(n))
  }
  expect(ring.first).toBe(19_901)
})
