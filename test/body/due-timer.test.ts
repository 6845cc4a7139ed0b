import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Due, DueTimer } from '../../src/body/due-timer.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Is due every `period` ms, from `first` on. */
class Periodic implements Due {
  dueAt: number
  readonly calls: number[] = []

  constructor(
    first: number,
    private readonly period: number,
  ) {
    this.dueAt = performance.now() + first
  }

  onDue(): void {
    this.calls.push(performance.now())
    this.dueAt = performance.now() + this.period
  }
}

describe('DueTimer', () => {
  it('calls each object at its times, in whatever order they were added', () => {
    const timer = new DueTimer()
    const began = performance.now()
    const all = [new Periodic(500, 1_000), new Periodic(100, 300), new Periodic(700, 10_000)]
    for (const each of all) timer.add(each)
    vi.advanceTimersByTime(1_510)
    const times = all.map(({ calls }) => calls.map((at) => Math.round((at - began) / 100) * 100))
    expect(times).toEqual([[500, 1_500], [100, 400, 700, 1_000, 1_300], [700]])
  })

  it('needs one timer for 1,000 objects, and checks them no more often than a hundredth of its time allows', () => {
    const timer = new DueTimer()
    const all = Array.from({ length: 1_000 }, (_each, n) => new Periodic(1_000 + n / 10, 1_000))
    for (const each of all) timer.add(each)
    expect(vi.getTimerCount()).toBe(1)
    const made = vi.spyOn(globalThis, 'setTimeout')
    vi.advanceTimersByTime(1_110)
    expect(all.every(({ calls }) => calls.length === 1)).toBe(true)
    expect(made.mock.calls.length).toBeLessThanOrEqual(60)
    made.mockRestore()
  })

  it('forgets a removed object, and waits for nothing after the last one', () => {
    const timer = new DueTimer()
    const [kept, removed] = [new Periodic(200, 1_000), new Periodic(100, 1_000)]
    timer.add(kept)
    timer.add(removed)
    timer.delete(removed)
    timer.delete(removed)
    vi.advanceTimersByTime(300)
    expect([kept.calls.length, removed.calls.length]).toEqual([1, 0])
    timer.delete(kept)
    expect(vi.getTimerCount()).toBe(0)
    timer.add(removed)
    expect(vi.getTimerCount()).toBe(1)
  })

  it('lets an object remove itself and others when it is due', () => {
    const timer = new DueTimer()
    const other = new Periodic(100, 1_000)
    const called: string[] = []
    const self = {
      dueAt: performance.now() + 100,
      onDue() {
        called.push('self')
        timer.delete(self)
        timer.delete(other)
      },
    }
    timer.add(self)
    timer.add(other)
    vi.advanceTimersByTime(5_000)
    expect([called, other.calls]).toEqual([['self'], []])
    expect(vi.getTimerCount()).toBe(0)
  })
})
