import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RetryWaker } from '../../src/video/retry-waker.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const never = new AbortController().signal

describe('A wait for the next attempt', () => {
  it('ends when its time is over', async () => {
    const ended = vi.fn()
    void new RetryWaker().wait(1_000, never).then(ended)
    await vi.advanceTimersByTimeAsync(999)
    expect(ended).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(ended).toHaveBeenCalled()
  })

  it('ends at once when it is woken, as do all others, but not later ones', async () => {
    const waker = new RetryWaker()
    const waits = Promise.all([waker.wait(60_000, never), waker.wait(90_000, never)])
    waker.wake()
    await waits
    const later = vi.fn()
    void waker.wait(1_000, never).then(later)
    await vi.advanceTimersByTimeAsync(500)
    expect(later).not.toHaveBeenCalled()
    expect(vi.getTimerCount()).toBe(1)
  })

  it('rejects with the reason of its signal', async () => {
    const stop = new AbortController()
    const waiting = new RetryWaker().wait(1_000, stop.signal)
    stop.abort(new Error('the seek'))
    await expect(waiting).rejects.toThrow('the seek')
    expect(vi.getTimerCount()).toBe(0)
  })
})
