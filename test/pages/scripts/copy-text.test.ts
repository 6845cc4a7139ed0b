import { afterEach, describe, expect, it, vi } from 'vitest'
import { copyText } from '../../../src/pages/scripts/copy-text.js'

afterEach(() => vi.unstubAllGlobals())

/** A document whose command copies what the listener of the event sets. */
function fakeDocument(isPermitted: boolean) {
  const copied: string[] = []
  const target = new EventTarget()
  const execCommand = () => {
    const clipboardData = { setData: (_type: string, text: string) => copied.push(text) }
    const event = Object.assign(new Event('copy', { cancelable: true }), { clipboardData })
    if (isPermitted) target.dispatchEvent(event)
    return event.defaultPrevented
  }
  const addEventListener = target.addEventListener.bind(target)
  const removeEventListener = target.removeEventListener.bind(target)
  return { copied, document: { addEventListener, removeEventListener, execCommand } }
}

describe('copyText', () => {
  it('writes to the clipboard', async () => {
    const writeText = vi.fn(async () => {})
    vi.stubGlobal('navigator', { clipboard: { writeText } })
    expect(await copyText('http://h/a')).toBe(true)
    expect(writeText).toHaveBeenCalledWith('http://h/a')
  })

  it.each([
    ['the browser has no clipboard for this page', {}],
    ['the clipboard refuses', { clipboard: { writeText: () => Promise.reject(new Error()) } }],
  ])('copies by a command where %s', async (_what, navigator) => {
    const { copied, document } = fakeDocument(true)
    vi.stubGlobal('navigator', navigator)
    vi.stubGlobal('document', document)
    expect(await copyText('a')).toBe(true)
    expect(await copyText('b')).toBe(true)
    expect(copied, 'one listener for each').toEqual(['a', 'b'])
  })

  it('is false where nothing was copied', async () => {
    vi.stubGlobal('navigator', {})
    vi.stubGlobal('document', fakeDocument(false).document)
    expect(await copyText('a')).toBe(false)
  })
})
