import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Pulse } from '../../src/video/pulse.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function scene(busy: 'busy' | 'quiet') {
  const listener = { media: vi.fn(), woken: vi.fn(), tick: vi.fn(), look: vi.fn(() => busy) }
  const media = new EventTarget()
  const window = new EventTarget()
  return { listener, media, window, pulse: new Pulse(media, window, listener) }
}

describe('Pulse', () => {
  it('looks after each event of the element and of the window, until it is released', () => {
    const { listener, media, window, pulse } = scene('quiet')
    media.dispatchEvent(new Event('waiting'))
    window.dispatchEvent(new Event('online'))
    expect(
      [listener.media, listener.woken, listener.look].map(({ mock }) => mock.calls.length),
    ).toEqual([1, 1, 2])
    pulse.release()
    media.dispatchEvent(new Event('waiting'))
    vi.advanceTimersByTime(5_000)
    expect(listener.look).toHaveBeenCalledTimes(2)
  })

  it('does not look again after a look that has released it', () => {
    const { listener, media, pulse } = scene('busy')
    listener.look.mockImplementation(() => {
      pulse.release()
      return 'busy'
    })
    media.dispatchEvent(new Event('waiting'))
    vi.advanceTimersByTime(5_000)
    expect([listener.look.mock.calls.length, vi.getTimerCount()]).toEqual([1, 0])
  })

  it('looks once a second as long as something is expected', () => {
    const { listener } = scene('busy')
    vi.advanceTimersByTime(3_000)
    expect(listener.tick).toHaveBeenCalledTimes(3)
  })

  it('looks once by itself, at an element that may have failed before', () => {
    const { listener } = scene('quiet')
    vi.advanceTimersByTime(3_000)
    expect(listener.look).toHaveBeenCalledOnce()
  })
})
