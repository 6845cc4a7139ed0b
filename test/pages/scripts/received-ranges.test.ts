import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ReceivedRanges } from '../../../src/pages/scripts/received-ranges.js'

const range = (start: number, end: number, attempt = 1) => ({ start, end, attempt })

describe('ReceivedRanges', () => {
  it('joins what one attempt brought, and keeps what others brought apart', () => {
    const ranges = new ReceivedRanges()
    for (const added of [range(0, 10), range(10, 20), range(20, 30, 2), range(40, 50)])
      ranges.add(added)
    expect(ranges.ranges).toEqual([range(0, 20), range(20, 30, 2), range(40, 50)])
    expect([ranges.received, ranges.attempts]).toEqual([40, 2])
  })

  it('has the last attempt where two brought the same', () => {
    const ranges = new ReceivedRanges()
    ranges.add(range(0, 100))
    ranges.add(range(40, 60, 2))
    expect(ranges.ranges).toEqual([range(0, 40), range(40, 60, 2), range(60, 100)])
  })

  it('fills only what has not arrived before', () => {
    const ranges = new ReceivedRanges()
    ranges.add(range(10, 20))
    ranges.fill(range(0, 30, 2))
    ranges.fill(range(0, 30, 3))
    expect(ranges.ranges).toEqual([range(0, 10, 2), range(10, 20), range(20, 30, 2)])
  })

  it('ignores an empty range', () => {
    const ranges = new ReceivedRanges()
    ranges.add(range(5, 5))
    ranges.add(range(6, 5))
    ranges.add(range(Number.NaN, 5))
    expect([ranges.ranges, ranges.received, ranges.attempts]).toEqual([[], 0, 0])
  })

  it('has a mark once, and nothing after it was cleared', () => {
    const ranges = new ReceivedRanges()
    ranges.mark({ kind: 'cut', position: 5 })
    ranges.mark({ kind: 'cut', position: 5 })
    ranges.mark({ kind: 'healed', position: 5 })
    expect(ranges.marks.map(({ kind }) => kind)).toEqual(['cut', 'healed'])
    ranges.add(range(0, 1))
    ranges.clear()
    expect([ranges.ranges, ranges.marks]).toEqual([[], []])
  })

  it('is bounded', () => {
    const ranges = new ReceivedRanges()
    for (let at = 0; at < 1000; at += 1) {
      ranges.add(range(2 * at, 2 * at + 1))
      ranges.mark({ kind: 'cut', position: at })
    }
    expect([ranges.ranges.length, ranges.marks.length]).toEqual([400, 100])
  })

  it('is sorted without overlaps, and has each byte of the attempt that brought it last', () => {
    const action = fc.record({
      start: fc.nat(30),
      length: fc.nat(10),
      attempt: fc.integer({ min: 1, max: 3 }),
      way: fc.constantFrom('add' as const, 'fill' as const),
    })
    fc.assert(
      fc.property(fc.array(action, { maxLength: 20 }), (actions) => {
        const ranges = new ReceivedRanges()
        const bytes = new Map<number, number>()
        for (const { start, length, attempt, way } of actions) {
          ranges[way](range(start, start + length, attempt))
          for (let at = start; at < start + length; at += 1) {
            if (way === 'add' || !bytes.has(at)) bytes.set(at, attempt)
          }
        }
        const found = new Map<number, number>()
        let last = 0
        for (const { start, end, attempt } of ranges.ranges) {
          expect(start).toBeGreaterThanOrEqual(last)
          last = end
          for (let at = start; at < end; at += 1) found.set(at, attempt)
        }
        const sorted = (map: Map<number, number>) => [...map].sort(([a], [b]) => a - b)
        expect(sorted(found)).toEqual(sorted(bytes))
      }),
    )
  })
})
