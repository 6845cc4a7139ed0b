import { afterEach, describe, expect, it, vi } from 'vitest'
import { observeRequests } from '../../src/video/observe-requests.js'

afterEach(() => vi.unstubAllGlobals())

describe('observeRequests', () => {
  it('calls back for requests of the URL, with any fragment, until it is stopped', () => {
    let report = (_names: string[]) => {}
    const disconnect = vi.fn()
    class Observer {
      constructor(callback: (list: unknown) => void) {
        report = (names) => callback({ getEntries: () => names.map((name) => ({ name })) })
      }
      observe = vi.fn()
      disconnect = disconnect
    }
    vi.stubGlobal('PerformanceObserver', Observer)
    const ended = vi.fn()
    const stop = observeRequests(() => 'http://a/f.mp4', ended)
    report(['http://a/g.mp4', 'http://a/f.mp4#t=1'])
    expect(ended).toHaveBeenCalledOnce()
    stop()
    expect(disconnect).toHaveBeenCalledOnce()
  })

  it('does without where the browser has no such observer', () => {
    vi.stubGlobal('PerformanceObserver', undefined)
    expect(() =>
      observeRequests(
        () => undefined,
        () => {},
      )(),
    ).not.toThrow()
  })
})
