import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { untilAborted } from '../../../src/async/delay.js'
import { BackgroundWork } from '../../../src/source/digest/background-work.js'
import { NOBODY } from '../../../src/source/digest/fair-queue.js'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

const by = (address: string, connection: string) => ({ address, connection })
const settle = () => new Promise((resolve) => setImmediate(resolve))

function stage() {
  const work = new BackgroundWork(60_000)
  const running: string[] = []
  let starts = 0
  const request = (id: string, client = new AbortController(), asker = NOBODY) => {
    const run = async (signal: AbortSignal) => {
      running.push(id)
      starts += 1
      await untilAborted(signal).finally(() => running.splice(running.indexOf(id), 1))
    }
    work.request(id, run, client.signal, asker)
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
    for (let n = 0; n < 100; n += 1) request(`task ${n}`, undefined, by('a', `${n}`))
    expect(running.length).toBe(64)
    await work.close(new Error('closing'))
    expect(running.length).toBe(0)
  })

  it('starts at most four tasks of one connection', async () => {
    const { request, running } = stage()
    for (let n = 0; n < 10; n += 1) request(`greedy ${n}`, undefined, by('a', '1'))
    request('other', undefined, by('a', '2'))
    expect(running).toEqual(['greedy 0', 'greedy 1', 'greedy 2', 'greedy 3', 'other'])
  })

  it.each([
    ['another address', by('b', '1')],
    ['another connection of the address', by('a', 'one more')],
  ])('drops a task of who has the most for %s when there are 64', async (_which, other) => {
    const { request, running } = stage()
    for (let n = 0; n < 64; n += 1) request(`task ${n}`, undefined, by('a', `${n >> 2}`))
    request('other', undefined, other)
    await settle()
    expect(running.length).toBe(64)
    expect(running).toContain('other')
    expect(running).toContain('task 0')
  })
})
