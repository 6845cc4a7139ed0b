import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SliceBudget, TimeSlices } from '../../src/async/time-slices.js'

const live = new AbortController().signal

/** Takes the thread for so many ms. */
function work(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

describe('TimeSlices', () => {
  it('maps every item, in order', async () => {
    const items = Array.from({ length: 1000 }, (_, index) => index)
    const doubled = await new TimeSlices(live).map(items, (item) => item * 2)
    expect(doubled).toEqual(items.map((item) => item * 2))
  })

  it('sorts as Array.prototype.sort does, equal items in their order, and leaves its argument', async () => {
    const item = fc.record({ key: fc.nat(9), id: fc.nat() })
    await fc.assert(
      fc.asyncProperty(fc.array(item, { maxLength: 400 }), async (items) => {
        const before = [...items]
        const compare = (a: { key: number }, b: { key: number }) => a.key - b.key
        const sorted = await new TimeSlices(live).sorted(items, compare)
        expect(sorted).toEqual([...items].sort(compare))
        expect(items).toEqual(before)
      }),
    )
  })

  it('lets the event loop serve others while it computes', async () => {
    const items = Array.from({ length: 300 }, (_, index) => index)
    let turns = 0
    const turning = setInterval(() => {
      turns += 1
    }, 1)
    await new TimeSlices(live).map(items, () => work(0.3))
    clearInterval(turning)
    expect(turns).toBeGreaterThanOrEqual(2)
  })

  it.each(['map', 'sorted'] as const)('ends %s with the reason of its signal', async (method) => {
    const items = Array.from({ length: 100_000 }, (_, index) => -index)
    const leaving = new AbortController()
    let calls = 0
    const count = () => {
      calls += 1
      if (calls === 500) leaving.abort(new Error('left'))
      return calls
    }
    const slices = new TimeSlices(leaving.signal)
    const ending = method === 'map' ? slices.map(items, count) : slices.sorted(items, count)
    await expect(ending).rejects.toThrow('left')
    expect(calls).toBeLessThan(2000)
  })
})

describe('SliceBudget', () => {
  it('gives one slice a turn to all computations that share it, by turns', async () => {
    const budget = new SliceBudget()
    const turns: string[][] = [[]]
    const items = Array.from({ length: 300 }, (_, index) => index)
    const map = (name: string) =>
      new TimeSlices(live, budget).map(items, (item) => {
        if (item % 64 !== 0) return
        turns.at(-1)?.push(name)
        work(10)
      })
    let isRunning = true
    const count = () => {
      turns.push([])
      if (isRunning) setImmediate(count)
    }
    setImmediate(count)
    await Promise.all(['a', 'b', 'c'].map(map))
    isRunning = false
    const used = turns.filter((turn) => turn.length > 0)
    expect(used.every((turn) => turn.length === 1)).toBe(true)
    expect(used.flat().join('')).toBe('abc'.repeat(5))
  })
})
