import { describe, expect, it, vi } from 'vitest'
import { PlayerReload } from '../../src/video/player-reload.js'
import { FakeMedia } from '../fixture/fake-media.js'

const FILM = 'http://a/f.mp4'
const KEEP = { from: 'position', memory: 'keep' } as const

/** An element that plays at 7 s, by `src` or by the second of two <source>. */
function scene(by: 'src' | 'source' = 'src', recover?: (position: number) => void) {
  const media = new FakeMedia()
  if (by === 'src') media.src = FILM
  else
    media.sources = [
      { src: 'http://a/f.x', type: 'video/x' },
      { src: FILM, type: '' },
    ]
  const pin = { value: '' }
  const reload = new PlayerReload(media.element, recover, (url) => url + pin.value)
  media.addEventListener('loadedmetadata', () => reload.onMetadata())
  media.start(FILM)
  media.arrive()
  media.reach(7)
  media.calls.length = 0
  return { media, reload, pin }
}

describe('PlayerReload', () => {
  it('loads the same source again, at the position and the rate, and plays', () => {
    const { media, reload } = scene()
    media.playbackRate = 1.5
    reload.noteRate()
    reload.begin()
    reload.load(KEEP, true)
    expect(media.calls).toEqual([`load ${FILM}`, 'play'])
    expect([media.currentTime, media.playbackRate, reload.isUnderWay]).toEqual([7, 1.5, true])
    expect(reload.isSelecting).toBe(true)
    expect(reload.isOwnLoad()).toBe(true)
    media.start()
    expect([reload.isSelecting, reload.isUnderWay]).toEqual([false, true])
    media.arrive()
    expect([media.currentTime, reload.isUnderWay]).toEqual([7, false])
  })

  it('keeps a paused element paused, also with autoplay', () => {
    const { media, reload } = scene()
    reload.load(KEEP, false)
    expect(media.calls).toEqual([`load ${FILM}`, 'pause'])
  })

  it('bypasses the bytes of an old version also by a load that follows a failed one', () => {
    const { media, reload } = scene()
    reload.begin()
    reload.load({ from: 'start', memory: 'bypass' }, true)
    media.start()
    media.fail(4)
    reload.load(KEEP, true)
    expect(media.calls.filter((call) => call !== 'play')).toEqual([
      `load ${FILM}?lastbyte-load=1`,
      `load ${FILM}?lastbyte-load=1`,
    ])
    expect(media.currentTime).toBe(0)
  })

  it('goes where a script seeks to before the metadata of a load that follows no failure', () => {
    const { media, reload } = scene()
    reload.load(KEEP, true)
    media.currentTime = 40
    media.start()
    media.arrive()
    expect(media.currentTime).toBe(40)
  })

  it('keeps a rate of which no event has told yet', () => {
    const { media, reload } = scene()
    media.playbackRate = 1.1
    reload.load(KEEP, true)
    expect(media.playbackRate).toBe(1.1)
  })

  it('keeps a rate that is set while loads fail', () => {
    const { media, reload } = scene()
    reload.load(KEEP, true)
    reload.isOwnLoad()
    media.playbackRate = 2
    reload.noteRate()
    media.fail(2)
    reload.load(KEEP, true)
    expect(media.playbackRate).toBe(2)
  })

  it('returns the attribute src that it lent after several loads', () => {
    const { media, reload } = scene('source')
    reload.load(KEEP, true)
    media.fail(2)
    reload.load({ from: 'position', memory: 'bypass' }, true)
    reload.isOwnLoad()
    media.start()
    media.arrive()
    expect(media.hasAttribute('src')).toBe(false)
  })

  it('goes where a script seeks to while the element has lost its source', () => {
    const { media, reload } = scene()
    reload.begin()
    media.currentTime = 30
    reload.load(KEEP, true)
    media.currentTime = 40
    media.start()
    media.arrive()
    expect(media.currentTime).toBe(40)
    expect(Object.hasOwn(media, 'currentTime')).toBe(false)
  })

  it('keeps the position when a load fails before it has restored anything', () => {
    const { media, reload } = scene()
    media.playbackRate = 2
    reload.noteRate()
    reload.load(KEEP, true)
    media.load()
    reload.load(KEEP, true)
    expect([media.currentTime, media.playbackRate]).toEqual([7, 2])
  })

  it('takes the position anew when a load fails after it had played on', () => {
    const { media, reload } = scene()
    reload.load(KEEP, true)
    media.start()
    media.arrive()
    media.reach(9)
    reload.load(KEEP, true)
    expect(media.currentTime).toBe(9)
  })

  it('begins at the start where it is told to', () => {
    const { media, reload } = scene()
    reload.load({ from: 'start', memory: 'bypass' }, true)
    expect(media.calls[0]).toBe(`load ${FILM}?lastbyte-load=1`)
    expect(media.currentTime).toBe(0)
  })

  it('keeps the <source> that was chosen, by a src that it removes again', () => {
    const { media, reload } = scene('source')
    reload.load(KEEP, true)
    expect(media.calls[0]).toBe(`load ${FILM}`)
    media.start()
    media.arrive()
    expect(media.hasAttribute('src')).toBe(false)
    expect(reload.url).toBe(FILM)
  })

  it('lets the element choose where none was chosen yet', () => {
    const media = new FakeMedia()
    media.sources = [
      { src: 'http://a/f.x', type: 'video/x' },
      { src: FILM, type: 'video/mp4' },
    ]
    media.playable = (type) => (type === 'video/x' ? '' : 'maybe')
    const reload = new PlayerReload(media.element, undefined, (url) => url)
    expect(reload.url).toBe(FILM)
    reload.load(KEEP, false)
    expect(media.calls).toEqual(['load '])
  })

  it('loads by the URL with the pin where a worker responds', () => {
    const { media, reload, pin } = scene()
    expect(reload.isSwapped()).toBe(true)
    pin.value = '#lastbyte=1'
    expect(reload.isSwapped()).toBe(false)
    reload.load(KEEP, true)
    expect(media.src).toBe(`${FILM}#lastbyte=1`)
    expect(new PlayerReload(new FakeMedia().element, undefined, (url) => url).isSwapped()).toBe(
      false,
    )
  })

  it('takes a source that is set before its own load starts for another one', () => {
    const { media, reload } = scene()
    reload.load(KEEP, true)
    media.src = 'http://a/g.mp4'
    expect(reload.isOwnLoad()).toBe(false)
  })

  it('takes a load of the application for another source', () => {
    const { media, reload } = scene()
    expect(reload.isOwnLoad()).toBe(false)
    reload.load(KEEP, true)
    reload.forget()
    expect(reload.isOwnLoad()).toBe(false)
    expect(reload.url).toBe(FILM)
    media.src = 'http://a/g.mp4'
    media.start()
    expect(reload.url).toBe('http://a/g.mp4')
  })

  it('has a player with a loader of its own load, whose new sources are no other media', () => {
    const recover = vi.fn()
    const { media, reload } = scene('src', recover)
    expect(reload.isOwnLoad()).toBe(false)
    reload.load(KEEP, true)
    expect(recover).toHaveBeenCalledExactlyOnceWith(7)
    expect(media.calls).toEqual([])
    expect([reload.isOwnLoad(), reload.isUnderWay]).toEqual([true, false])
    reload.end()
    expect(reload.isOwnLoad()).toBe(false)
  })

  it('has such a player go to the same position again when a load fails before it has sought', () => {
    const recover = vi.fn()
    const { media, reload } = scene('src', recover)
    reload.load(KEEP, true)
    media.start('blob:http://a/2')
    media.arrive()
    media.reach(1)
    reload.load(KEEP, true)
    expect(recover.mock.calls).toEqual([[7], [7]])
    media.reach(9)
    reload.load(KEEP, true)
    expect(recover).toHaveBeenLastCalledWith(9)
  })

  it('restores the modes of tracks once more when the data arrives', () => {
    const { media, reload } = scene()
    const track = { kind: 'subtitles', label: 'a', language: 'de', mode: 'showing' }
    media.textTracks = [track]
    reload.restoreTracks()
    reload.load(KEEP, true)
    media.start()
    media.arrive()
    track.mode = 'disabled'
    reload.restoreTracks()
    expect(track.mode).toBe('showing')
  })

  it.each([
    ['http://a/f.mp4', null, true],
    ['https://a/f.mp4', null, true],
    ['blob:http://a/1', null, false],
    ['data:video/mp4,x', null, false],
    ['http://a/f.mp4', {}, false],
    ['', null, false],
  ])(
    'takes %s with the stream %o for a source of which requests can tell: %s',
    (url, stream, expected) => {
      const media = new FakeMedia()
      media.currentSrc = url
      media.srcObject = stream
      const reload = new PlayerReload(media.element, undefined, (same) => same)
      expect(reload.isRemote()).toBe(expected)
    },
  )

  it('has nothing to restore after it asked a worker to go on', () => {
    const { media, reload } = scene()
    reload.nudge()
    expect(reload.isUnderWay).toBe(false)
    expect(media.calls).toEqual([])
  })
})
