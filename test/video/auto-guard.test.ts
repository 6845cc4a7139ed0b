import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, vi } from 'vitest'

const guarded: unknown[] = []
vi.mock('../../src/video/guard.js', () => ({
  guard: (media: unknown) => {
    guarded.push(media)
    return { release: () => guarded.splice(guarded.indexOf(media), 1) }
  },
  isGuarded: (media: unknown) => guarded.includes(media),
}))

class FakeElement {
  isConnected = true
  dataset: { lastbyte?: string } = {}
  found: FakeElement[] = []
  querySelectorAll = () => this.found
}
class FakeVideo extends FakeElement {}

describe('The script that guards a page', () => {
  it('has less than 12.5 KB with gzip', () => {
    const script = readFileSync('src/pages/built/guard.js')
    expect(gzipSync(script, { level: 9 }).length).toBeLessThan(12_800)
  })

  it('guards what is there and what is added, once, but for what opts out, until it is removed', async () => {
    const [first, off, later] = [new FakeVideo(), new FakeVideo(), new FakeVideo()]
    off.dataset.lastbyte = 'off'
    const root = new FakeElement()
    root.found = [first, off]
    let added = (_nodes: unknown[]) => {}
    class Observer {
      constructor(callback: (changes: unknown[]) => void) {
        added = (addedNodes) => callback([{ addedNodes }])
      }
      observe = () => {}
    }
    vi.stubGlobal('Element', FakeElement)
    vi.stubGlobal('HTMLMediaElement', FakeVideo)
    vi.stubGlobal('MutationObserver', Observer)
    vi.stubGlobal('document', { documentElement: root })
    await import('../../src/video/auto-guard.js')
    added([later, first, { nodeType: 3 }])
    expect(guarded).toEqual([first, later])
    later.isConnected = false
    added([])
    expect(guarded).toEqual([first])
    later.isConnected = true
    added([later])
    vi.unstubAllGlobals()
    expect(guarded).toEqual([first, later])
  })
})
