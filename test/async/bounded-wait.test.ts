import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { BoundedWait } from '../../src/async/bounded-wait.js'

const LIMIT = { ms: 100, error: () => new Error('too late') }

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

function setUp() {
  const controller = new AbortController()
  const wait = new BoundedWait(controller.signal, LIMIT)
  return { controller, wait }
}

/** Resolves or rejects after so many ms of the fake clock. */
function settling(after: number, outcome: 'value' | 'failure'): Promise<string> {
  return new Promise((resolve, reject) => {
    setTimeout(() => (outcome === 'value' ? resolve('value') : reject(new Error('failure'))), after)
  })
}

function outcomeOf(promise: Promise<string>): Promise<string> {
  return promise.catch((error: Error) => error.message)
}

describe('BoundedWait', () => {
  it.each<[string, number, 'value' | 'failure', number | undefined, string]>([
    ['the value of an operation within the limit', 99, 'value', undefined, 'value'],
    ['the error of an operation within the limit', 99, 'failure', undefined, 'failure'],
    ['the error of the limit', 101, 'value', undefined, 'too late'],
    ['the error of the limit rather than a later failure', 101, 'failure', undefined, 'too late'],
    ["the signal's reason", 99, 'value', 50, 'aborted'],
    ["the signal's reason rather than a later failure", 99, 'failure', 50, 'aborted'],
    ['the value rather than a later abort', 50, 'value', 99, 'value'],
    ['the error of the limit rather than a later abort', 300, 'value', 200, 'too late'],
  ])('settles with %s', async (_what, after, outcome, abortAfter, expected) => {
    const { controller, wait } = setUp()
    const outcomes = outcomeOf(wait.for(settling(after, outcome)))
    if (abortAfter !== undefined) {
      setTimeout(() => controller.abort(new Error('aborted')), abortAfter)
    }
    await vi.advanceTimersByTimeAsync(400)
    expect(await outcomes).toBe(expected)
  })

  it('rejects at once if the signal is aborted already, though the operation is started', async () => {
    const { controller, wait } = setUp()
    controller.abort(new Error('aborted'))
    expect(await outcomeOf(wait.for(Promise.resolve('value')))).toBe('aborted')
    const start = vi.fn()
    expect(await outcomeOf(wait.forCallback<string>(start))).toBe('aborted')
    expect(start).toHaveBeenCalledOnce()
  })

  it('gives each wait the whole limit', async () => {
    const { wait } = setUp()
    for (let nth = 0; nth < 5; nth += 1) {
      const outcome = outcomeOf(wait.for(settling(90, 'value')))
      await vi.advanceTimersByTimeAsync(90)
      expect(await outcome).toBe('value')
    }
    const late = outcomeOf(wait.for(settling(1000, 'value')))
    await vi.advanceTimersByTimeAsync(99)
    expect(await Promise.race([late, 'pending'])).toBe('pending')
    await vi.advanceTimersByTimeAsync(1)
    expect(await late).toBe('too late')
  })

  it('does not count the time between two waits', async () => {
    const { wait } = setUp()
    expect(await wait.for(Promise.resolve('value'))).toBe('value')
    await vi.advanceTimersByTimeAsync(10_000)
    const next = outcomeOf(wait.for(settling(99, 'value')))
    await vi.advanceTimersByTimeAsync(99)
    expect(await next).toBe('value')
  })

  it('bounds the wait after one that took too long, whatever the first operation does later', async () => {
    const { wait } = setUp()
    const first = outcomeOf(wait.for(settling(150, 'value')))
    await vi.advanceTimersByTimeAsync(100)
    expect(await first).toBe('too late')
    const second = outcomeOf(wait.for(settling(1000, 'value')))
    await vi.advanceTimersByTimeAsync(100)
    expect(await second).toBe('too late')
  })

  it('uses one listener and one timer for any number of waits', async () => {
    const { controller, wait } = setUp()
    for (let nth = 0; nth < 1000; nth += 1) await wait.for(Promise.resolve(nth))
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(1)
    wait.close()
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('sets no timer without a limit', async () => {
    const wait = new BoundedWait(new AbortController().signal)
    await wait.for(Promise.resolve())
    expect(vi.getTimerCount()).toBe(0)
  })

  it('does not take a limit that setTimeout can not hold for one that is over', async () => {
    const ms = Number.POSITIVE_INFINITY
    const wait = new BoundedWait(new AbortController().signal, { ...LIMIT, ms })
    const outcome = outcomeOf(wait.for(settling(10_000, 'value')))
    await vi.advanceTimersByTimeAsync(10_000)
    expect(await outcome).toBe('value')
    wait.close()
  })
})
