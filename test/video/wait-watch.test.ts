import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { WaitWatch } from '../../src/video/wait-watch.js'
import { FakeMedia } from '../fixture/fake-media.js'

describe('WaitWatch', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('tells when it saw the element wait last, and looks no more', () => {
    const media = new FakeMedia()
    const watch = new WaitWatch(media.element)
    const start = performance.now()
    media.readyState = 2
    watch.begin()
    vi.advanceTimersByTime(1_020)
    media.readyState = 4
    vi.advanceTimersByTime(400)
    expect(watch.end() - start).toBe(1_000)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('takes no event for later than a second', () => {
    const media = new FakeMedia()
    const watch = new WaitWatch(media.element)
    watch.begin()
    media.readyState = 4
    vi.advanceTimersByTime(60_000)
    expect(performance.now() - watch.end()).toBe(1_000)
  })

  it('begins anew with another wait', () => {
    const media = new FakeMedia()
    const watch = new WaitWatch(media.element)
    watch.begin()
    vi.advanceTimersByTime(500)
    const start = performance.now()
    media.readyState = 4
    watch.begin()
    vi.advanceTimersByTime(500)
    expect(watch.end()).toBe(start)
  })
})
