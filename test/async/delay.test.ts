import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { delay, untilAborted } from '../../src/async/delay.js'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

describe('delay', () => {
  it('resolves when the time is over, and leaves no listener behind', async () => {
    const { signal } = new AbortController()
    const waiting = delay(100, signal).then(() => 'over')
    await vi.advanceTimersByTimeAsync(99)
    expect(await Promise.race([waiting, 'pending'])).toBe('pending')
    await vi.advanceTimersByTimeAsync(1)
    expect(await waiting).toBe('over')
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  it("rejects with the signal's reason, and leaves no timer behind", async () => {
    const controller = new AbortController()
    const waiting = delay(100, controller.signal)
    controller.abort(new Error('aborted'))
    await expect(waiting).rejects.toThrow('aborted')
    await expect(delay(100, controller.signal)).rejects.toThrow('aborted')
    expect(vi.getTimerCount()).toBe(0)
  })

  it.each([25, 1000])('resolves after %i days, and not before', async (days) => {
    const ms = days * 86_400_000
    let isOver = false
    const waiting = delay(ms, new AbortController().signal).then(() => {
      isOver = true
    })
    await vi.advanceTimersByTimeAsync(ms - 1)
    expect(isOver).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    await waiting
  })

  it('does not resolve at once for a time that setTimeout can not hold', async () => {
    const controller = new AbortController()
    const waiting = delay(2 ** 40, controller.signal).then(
      () => 'over',
      () => 'aborted',
    )
    await vi.advanceTimersByTimeAsync(10_000)
    controller.abort()
    expect(await waiting).toBe('aborted')
  })
})

describe('untilAborted', () => {
  it("rejects with the signal's reason, and with nothing else", async () => {
    const controller = new AbortController()
    const waiting = untilAborted(controller.signal).catch((error) => error.message)
    await vi.advanceTimersByTimeAsync(1_000_000)
    controller.abort(new Error('aborted'))
    expect(await waiting).toBe('aborted')
    await expect(untilAborted(controller.signal)).rejects.toThrow('aborted')
  })
})
