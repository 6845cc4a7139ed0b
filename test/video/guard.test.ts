import { afterEach, describe, expect, it, vi } from 'vitest'
import { guard, isGuarded } from '../../src/video/guard.js'
import { FakeMedia } from '../fixture/fake-media.js'

/** A page whose element needs no more than to be guarded. */
function fakePage() {
  const media = Object.assign(new FakeMedia(), { localName: 'video' })
  const element = () => ({
    attachShadow: () => ({ append: () => {} }),
    append: () => {},
    classList: { add: () => {}, remove: () => {}, contains: () => false, toggle: () => {} },
    remove: () => {},
    removeAttribute: () => {},
  })
  const window = Object.assign(new EventTarget(), {
    document: { baseURI: 'http://a/' },
    location: { href: 'http://a/', origin: 'http://a' },
  })
  Object.assign(media.ownerDocument, { defaultView: window, createElement: element })
  vi.stubGlobal(
    'CSSStyleSheet',
    class {
      replaceSync = () => {}
    },
  )
  vi.stubGlobal(
    'ResizeObserver',
    class {
      disconnect = () => {}
    },
  )
  vi.stubGlobal('navigator', { onLine: true })
  return media.element
}

afterEach(() => void vi.unstubAllGlobals())

describe('guard', () => {
  it('keeps the second guard of an element when the first one is released once more', () => {
    const element = fakePage()
    const [first, second] = [1, 2].map(() => guard(element, { worker: 'off', status: 'none' }))
    first?.release()
    expect(isGuarded(element)).toBe(true)
    second?.release()
    expect(isGuarded(element)).toBe(false)
  })

  it('refuses an unknown option before it touches the element', () => {
    const element = {} as HTMLMediaElement
    expect(() => guard(element, { retriesFor: 1 } as never)).toThrow(
      expect.objectContaining({ code: 'BAD_SETTING' }),
    )
    expect(isGuarded(element)).toBe(false)
  })
})
