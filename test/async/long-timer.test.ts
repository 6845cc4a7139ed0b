import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LONGEST_TIMEOUT, LongTimer } from '../../src/async/long-timer.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('LongTimer', () => {
  it.each([0, 1, 1000, LONGEST_TIMEOUT, LONGEST_TIMEOUT + 1, 25 * 86_400_000, 2 ** 33])(
    'runs once after %i ms',
    (ms) => {
      const run = vi.fn()
      new LongTimer(run, ms)
      vi.advanceTimersByTime(Math.max(0, ms - 1))
      expect(run).toHaveBeenCalledTimes(ms === 0 ? 1 : 0)
      vi.advanceTimersByTime(1)
      expect(run).toHaveBeenCalledOnce()
      vi.advanceTimersByTime(2 ** 32)
      expect(run).toHaveBeenCalledOnce()
    },
  )

  it('does not run once it is cleared, also behind its first part', () => {
    const run = vi.fn()
    const timer = new LongTimer(run, 2 ** 32)
    vi.advanceTimersByTime(2 ** 31)
    timer.clear()
    vi.advanceTimersByTime(2 ** 33)
    expect(run).not.toHaveBeenCalled()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('keeps the process running unless it is told not to, through all its parts', () => {
    const has = vi.spyOn(globalThis, 'setTimeout')
    const refs = () => has.mock.results.map(({ value }) => (value as NodeJS.Timeout).hasRef())
    const timer = new LongTimer(() => {}, 2 ** 32)
    vi.advanceTimersByTime(2 ** 31)
    expect(refs()).toEqual([true, true])
    timer.clear()
    has.mockClear()
    new LongTimer(() => {}, 2 ** 32).unref()
    vi.advanceTimersByTime(2 ** 31)
    expect(refs()).toEqual([false, false])
  })
})
