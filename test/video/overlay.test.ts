import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Overlay } from '../../src/video/overlay.js'

/** What the overlay uses of an element. */
class FakeNode extends EventTarget {
  style: Record<string, string> = {}
  children: FakeNode[] = []
  names = new Set<string>()
  isConnected = false
  textContent = ''
  controls = false
  readyState = 4
  videoWidth = 640
  videoHeight = 360
  drawn = 0
  adoptedStyleSheets: unknown[] = []
  ownerDocument: { createElement: () => FakeNode; fullscreenElement: FakeNode | null } = {
    createElement: () => make(),
    fullscreenElement: null,
  }
  /** As browsers have it. */
  popover: string | null = null
  showPopover = vi.fn()
  classList = {
    add: (name: string) => this.names.add(name),
    remove: (name: string) => this.names.delete(name),
    contains: (name: string) => this.names.has(name),
    toggle: (name: string, on: boolean) => (on ? this.names.add(name) : this.names.delete(name)),
  }
  set className(names: string) {
    this.names = new Set(names.split(' ').filter(Boolean))
  }
  append(...nodes: FakeNode[]) {
    this.children.push(...nodes)
  }
  attachShadow() {
    return this
  }
  after(host: FakeNode) {
    host.isConnected = true
  }
  remove() {
    this.isConnected = false
  }
  removeAttribute(name: string) {
    if (name === 'popover') this.popover = null
  }
  getBoundingClientRect = () => ({ left: 8, top: 50, width: 640, height: 360 })
  getContext = () => ({ drawImage: () => (this.drawn += 1) })
}
const made: FakeNode[] = []
function make(): FakeNode {
  const node = new FakeNode()
  made.push(node)
  return node
}

beforeEach(() => {
  made.length = 0
  vi.stubGlobal('HTMLVideoElement', FakeNode)
  vi.stubGlobal(
    'CSSStyleSheet',
    class {
      replaceSync() {}
    },
  )
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      disconnect() {}
    },
  )
  vi.stubGlobal('getComputedStyle', () => ({ getPropertyValue: () => '0px', objectFit: 'contain' }))
})
afterEach(() => vi.unstubAllGlobals())

function scene() {
  const media = new FakeNode()
  media.isConnected = true
  const choose = vi.fn()
  const overlay = new Overlay(media as never, choose)
  const [host, root, canvas] = made as [FakeNode, FakeNode, FakeNode]
  return { media, choose, overlay, host, root, canvas }
}

describe('Overlay', () => {
  it('paints the frame over the element, and goes when it is uncovered', () => {
    const { overlay, host, root, canvas } = scene()
    overlay.cover()
    expect([canvas.drawn, host.isConnected, root.names.has('covers')]).toEqual([1, true, true])
    expect(canvas.style.objectFit).toBe('contain')
    overlay.uncover()
    expect(host.isConnected).toBe(false)
  })

  it('shows nothing where the element never had a frame', () => {
    const { overlay, media, host, canvas } = scene()
    media.readyState = 0
    overlay.keep()
    overlay.cover()
    expect([canvas.drawn, host.isConnected]).toEqual([0, false])
  })

  it('shows the kept frame where the element has none any more, as during a seek', () => {
    const { overlay, media, canvas, root } = scene()
    overlay.keep()
    media.readyState = 1
    overlay.cover()
    expect([canvas.drawn, root.names.has('covers')]).toEqual([1, true])
  })

  it('does not paint the first frame of a load over the kept one', () => {
    const { overlay, canvas } = scene()
    overlay.cover()
    overlay.keep()
    overlay.cover()
    expect(canvas.drawn).toBe(1)
  })

  it('forgets the kept frame once playback goes on', () => {
    const { overlay, media, root } = scene()
    overlay.cover()
    overlay.uncover()
    media.readyState = 1
    overlay.cover()
    expect(root.names.has('covers')).toBe(false)
  })

  it('is shown above an element in fullscreen, which would cover what is beside it', () => {
    const { overlay, media, host } = scene()
    media.ownerDocument.fullscreenElement = media
    overlay.say({ text: 'Connection lost.' })
    expect([host.popover, host.showPopover.mock.calls.length]).toEqual(['manual', 1])
    overlay.say(undefined)
    expect(host.popover).toBeNull()
  })

  it('goes above the element, and back beside it, as a person enters and leaves fullscreen', () => {
    const { overlay, media, host } = scene()
    overlay.say({ text: 'Connection lost.' })
    expect(host.popover).toBeNull()
    media.ownerDocument.fullscreenElement = media
    media.dispatchEvent(new Event('fullscreenchange'))
    expect([host.popover, host.showPopover.mock.calls.length]).toEqual(['manual', 1])
    media.ownerDocument.fullscreenElement = null
    media.dispatchEvent(new Event('fullscreenchange'))
    expect([host.popover, host.isConnected]).toEqual([null, true])
  })

  it('opens no popover where another element is in fullscreen, or none', () => {
    for (const inFullscreen of [null, make()]) {
      made.length = 0
      const { overlay, media, host } = scene()
      media.ownerDocument.fullscreenElement = inFullscreen
      overlay.say({ text: 'Connection lost.' })
      expect(host.showPopover).not.toHaveBeenCalled()
    }
  })

  it('says a message with its choice, and goes with it', () => {
    const { overlay, host, choose } = scene()
    overlay.say({ text: 'Gone.', action: { kind: 'retry', label: 'Try again' } })
    expect(made.map(({ textContent }) => textContent)).toContain('Gone.')
    made.at(-1)?.dispatchEvent(new Event('click'))
    expect(choose).toHaveBeenCalledExactlyOnceWith('retry')
    overlay.say(undefined)
    expect(host.isConnected).toBe(false)
  })
})
