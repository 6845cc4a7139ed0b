import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { FrameTurns } from '../../src/body/frame-turns.js'

afterEach(() => {
  vi.restoreAllMocks()
})

describe('FrameTurns', () => {
  it('flushes all streams that are ready by one tick, after the microtasks, in their order', async () => {
    const ticks = vi.spyOn(process, 'nextTick')
    const turns = new FrameTurns()
    const log: unknown[] = []
    for (let n = 0; n < 100; n += 1) turns.afterMicrotasks({ flush: () => log.push(n) })
    queueMicrotask(() => log.push('microtask'))
    const scheduled = ticks.mock.calls.length
    await nextTurn()
    expect(scheduled).toBe(1)
    expect(log).toEqual(['microtask', ...Array(100).keys()])
  })

  it('flushes a stream that becomes ready within a flush too', async () => {
    const turns = new FrameTurns()
    const log: string[] = []
    const second = { flush: () => log.push('second') }
    turns.afterMicrotasks({
      flush: () => {
        log.push('first')
        turns.afterMicrotasks(second)
      },
    })
    await nextTurn()
    expect(log).toEqual(['first', 'second'])
  })

  it('ends a turn of all streams by one immediate, which flushes those that wait for the next', async () => {
    const immediates = vi.spyOn(globalThis, 'setImmediate')
    const turns = new FrameTurns()
    const first = turns.current
    const seen: number[] = []
    for (let n = 0; n < 100; n += 1) {
      turns.inNextTurn({ flush: () => seen.push(turns.current) })
      expect(turns.current).toBe(first)
    }
    const scheduled = immediates.mock.calls.length
    expect(seen).toEqual([])
    await nextTurn()
    expect(scheduled).toBe(1)
    expect(seen).toEqual(Array(100).fill(first + 1))
  })

  it('reads the clock once in a turn', async () => {
    const clock = vi.spyOn(performance, 'now')
    const turns = new FrameTurns()
    for (let turn = 0; turn < 3; turn += 1) {
      // Counted without an await: timers of others in this process read the clock too.
      clock.mockClear()
      const seen = [turns.now, turns.now, turns.now]
      const reads = clock.mock.results.map(({ value }) => value)
      expect(reads).toHaveLength(1)
      expect(seen).toEqual([...reads, ...reads, ...reads])
      await nextTurn()
    }
  })
})
