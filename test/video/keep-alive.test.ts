import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { KeepAlive } from '../../src/video/keep-alive.js'
import type { PageMessage, ReadEvent } from '../../src/video/worker-message.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function scene() {
  const posted: PageMessage[] = []
  const keeper = new KeepAlive((message) => void posted.push(message), Date.now)
  const says = (event: ReadEvent, read = 'a') =>
    keeper.onMessage({ lastbyte: 1, url: '/f', read, ...event })
  return { posted, says }
}

const interrupted = (wait = 1_000): ReadEvent => ({
  kind: 'interrupted',
  offset: 0,
  reason: 'refused',
  wait,
  tries: 1,
})

describe('Messages that keep the worker alive', () => {
  it('are posted each 10 s while a read is interrupted, and not before', () => {
    const { posted, says } = scene()
    says({ kind: 'opened', start: 0, end: 1, size: 1 })
    says({ kind: 'received', start: 0, end: 1, attempt: 1 })
    vi.advanceTimersByTime(60_000)
    expect(posted).toEqual([])
    says(interrupted())
    vi.advanceTimersByTime(30_000)
    expect(posted).toEqual(Array(3).fill({ lastbyte: 1, kind: 'ping' }))
  })

  it.each<ReadEvent>([
    { kind: 'resumed', offset: 0, attempt: 2 },
    { kind: 'closed' },
    { kind: 'gave-up', reason: 'x', status: undefined },
  ])('end with the last interrupted read: $kind', (event) => {
    const { posted, says } = scene()
    says(interrupted())
    says(interrupted(), 'b')
    says(event)
    vi.advanceTimersByTime(10_000)
    expect(posted).toHaveLength(1)
    says(event, 'b')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('end where the worker is silent for longer than its wait and an attempt', () => {
    const { posted, says } = scene()
    says(interrupted(300_000))
    vi.advanceTimersByTime(360_000)
    expect(posted).toHaveLength(36)
    vi.advanceTimersByTime(60_000)
    expect(posted).toHaveLength(36)
    expect(vi.getTimerCount()).toBe(0)
  })
})
