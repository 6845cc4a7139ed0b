import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { untilAborted } from '../../../src/async/delay.js'
import { BackgroundWork } from '../../../src/source/digest/background-work.js'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

const settle = () => new Promise((resolve) => setImmediate(resolve))

function stage() {
  const work = new BackgroundWork(60_000)
  const running: string[] = []
  let starts = 0
  const request = (id: string, client = new AbortController()) => {
    const run = async (signal: AbortSignal) => {
      running.push(id)
      starts += 1
      await untilAborted(signal).finally(() => running.splice(running.indexOf(id), 1))
    }
    work.request(id, run, client.signal)
    return client
  }
  return { work, request, running, starts: () => starts }
}

describe('BackgroundWork', () => {
  it('ends a task some time after its last request', async () => {
    const { request, running, starts } = stage()
    request('a')
    vi.advanceTimersByTime(50_000)
    request('a')
    vi.advanceTimersByTime(59_000)
    await settle()
    expect(running).toEqual(['a'])
    vi.advanceTimersByTime(1_000)
    await settle()
    expect(running).toEqual([])
    expect(starts()).toBe(1)
    request('a')
    expect(starts()).toBe(2)
  })

  it('ends a task at once when the clients of all its requests have left', async () => {
    const { request, running } = stage()
    const [one, two] = [request('a'), request('a')]
    request('b')
    one.abort()
    await settle()
    expect(running).toEqual(['a', 'b'])
    two.abort()
    await settle()
    expect(running).toEqual(['b'])
  })

  it('starts again for a request that comes right after the last client has left', async () => {
    const { request, running, starts } = stage()
    request('a').abort()
    request('a')
    await settle()
    expect(starts()).toBe(2)
    expect(running.length).toBe(1)
  })

  it('starts nothing for a client that has left, and no more than 64 tasks', async () => {
    const { work, request, running } = stage()
    const left = new AbortController()
    left.abort()
    request('left', left)
    expect(running.length).toBe(0)
    for (let n = 0; n < 100; n += 1) request(`task ${n}`)
    expect(running.length).toBe(64)
    await work.close(new Error('closing'))
    expect(running.length).toBe(0)
  })
})
