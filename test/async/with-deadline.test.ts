import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { attemptWithDeadline, withDeadline } from '../../src/async/with-deadline.js'

const LIMIT = { ms: 100, error: () => new Error('too late') }
const never = () => new Promise<never>(() => {})

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

describe('withDeadline', () => {
  it.each([
    ['resolves', () => Promise.resolve()],
    ['rejects', () => Promise.reject(new Error('failure'))],
  ])('leaves neither a listener nor a timer when the promise %s', async (_how, make) => {
    const { signal } = new AbortController()
    await withDeadline(make(), signal, LIMIT).catch(() => {})
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('leaves neither a listener nor a timer when the limit is over or the signal is aborted', async () => {
    const controller = new AbortController()
    const late = withDeadline(never(), controller.signal, LIMIT).catch((error) => error.message)
    await vi.advanceTimersByTimeAsync(100)
    expect(await late).toBe('too late')
    const aborted = withDeadline(never(), controller.signal, LIMIT).catch((error) => error.message)
    controller.abort(new Error('aborted'))
    expect(await aborted).toBe('aborted')
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  it("throws the signal's reason if it is aborted already, and handles the promise's rejection", async () => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    try {
      const signal = AbortSignal.abort(new Error('aborted'))
      const failing = Promise.reject(new Error('failure'))
      await expect(withDeadline(failing, signal, LIMIT)).rejects.toThrow('aborted')
      await new Promise(setImmediate)
      expect(unhandled).not.toHaveBeenCalled()
    } finally {
      process.off('unhandledRejection', unhandled)
    }
  })
})

describe('attemptWithDeadline', () => {
  it.each([
    ['the limit is over', 'too late', () => vi.advanceTimersByTimeAsync(100)],
    ['the outer signal is aborted', 'aborted', (outer: AbortController) => outer.abort('aborted')],
  ])('aborts the operation when %s', async (_when, reason, act) => {
    const outer = new AbortController()
    let inner: AbortSignal | undefined
    const attempt = attemptWithDeadline(
      (signal) => {
        inner = signal
        return never()
      },
      outer.signal,
      LIMIT,
    ).catch((error) => error.message ?? error)
    await act(outer)
    expect(await attempt).toBe(reason)
    expect(inner?.aborted).toBe(true)
  })

  it('does not abort what has succeeded, until the outer signal is aborted', async () => {
    const outer = new AbortController()
    const inner = await attemptWithDeadline(async (signal) => signal, outer.signal, LIMIT)
    await vi.advanceTimersByTimeAsync(1000)
    expect(inner.aborted).toBe(false)
    outer.abort()
    expect(inner.aborted).toBe(true)
  })

  it('rejects with what the start of an operation throws', async () => {
    const start = () => {
      throw new Error('no start')
    }
    const attempt = attemptWithDeadline(start, new AbortController().signal, LIMIT)
    await expect(attempt).rejects.toThrow('no start')
  })
})
