import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { StatusView } from '../../src/video/status-view.js'

const overlay = vi.hoisted(() => ({ cover: vi.fn(), uncover: vi.fn(), say: vi.fn() }))
vi.mock('../../src/video/overlay.js', () => ({
  Overlay: class {
    cover = overlay.cover
    uncover = overlay.uncover
    say = overlay.say
  },
}))

const MEDIA = { localName: 'audio' } as HTMLMediaElement
const GONE = { kind: 'gave-up', reason: 'gone', status: 404 } as const
const TEXT = 'This audio is no longer there (404).'

beforeEach(() => void vi.stubGlobal('navigator', { onLine: true }))
afterEach(() => {
  vi.unstubAllGlobals()
  vi.clearAllMocks()
})

const show = (status: 'overlay' | 'none' | HTMLElement) => {
  const onState = vi.fn()
  const view = new StatusView(MEDIA, { status, onState }, () => {})
  view.show(GONE)
  return { view, onState }
}

describe('StatusView', () => {
  it('says over the element what happens, and passes each state on', () => {
    const { onState } = show('overlay')
    expect(overlay.say).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ text: TEXT }))
    expect(onState).toHaveBeenCalledExactlyOnceWith(GONE)
  })

  it('writes into an element of the page, and empties it', () => {
    const element = { textContent: '' } as HTMLElement
    const { view } = show(element)
    expect(element.textContent).toBe(TEXT)
    view.show({ kind: 'playing' })
    expect(element.textContent).toBe('')
    expect(overlay.say).not.toHaveBeenCalled()
  })

  it('says nothing where it should not, and keeps the frame all the same', () => {
    const { view } = show('none')
    view.cover()
    view.uncover()
    expect(overlay.say).not.toHaveBeenCalled()
    expect([overlay.cover, overlay.uncover].map(({ mock }) => mock.calls.length)).toEqual([1, 1])
  })
})
