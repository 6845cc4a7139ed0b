import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { fetchChapters, listChapters } from '../../../src/pages/scripts/player-chapter-list.js'
import { fakeDocument, fakeElement } from '../../fixture/fake-document.js'

beforeEach(fakeDocument)
afterEach(() => vi.unstubAllGlobals())

describe('fetchChapters', () => {
  it.each([
    [async () => new Response('0:00 One'), [{ start: 0, title: 'One' }]],
    [async () => new Response('0:00 One', { status: 404 }), []],
    [async () => new Response('0:00 One', { headers: { 'content-length': '1000001' } }), []],
    [() => Promise.reject(new TypeError('failed')), []],
  ])('has the chapters of a file, or none', async (fetched, chapters) => {
    vi.stubGlobal('fetch', fetched)
    expect(await fetchChapters('a.chapters.txt')).toEqual(chapters)
  })
})

describe('listChapters', () => {
  it('lists chapters that seek, and marks the one that is played', () => {
    const section = fakeElement<HTMLElement>('section', { hidden: true })
    const media = fakeElement<HTMLMediaElement>('video', { currentTime: 0 })
    const chapters = [
      { start: 0, title: 'One' },
      { start: 75, title: 'Two' },
    ]
    listChapters(section, chapters, media)
    expect(section.hidden).toBe(false)
    expect(section.text).toBe('Chapters0:00One1:15Two')
    const buttons = section.all.filter(({ tagName }) => tagName === 'button')
    const marked = () => buttons.map((one) => one.attributes.has('aria-current'))
    expect(marked()).toEqual([true, false])
    buttons[1]?.click()
    expect(media.currentTime).toBe(75)
    media.dispatchEvent(new Event('seeking'))
    expect(marked()).toEqual([false, true])
  })

  it('hides the section without chapters', () => {
    const section = fakeElement<HTMLElement>('section', { hidden: true })
    listChapters(section, [], fakeElement<HTMLMediaElement>('video'))
    expect(section.hidden).toBe(true)
  })
})
