import { describe, expect, it } from 'vitest'
import { MediaWatch } from '../../src/video/media-watch.js'
import { FakeCover } from '../fixture/fake-cover.js'
import { FakeMedia } from '../fixture/fake-media.js'

/** A playing element and its watch, which notes each event at the time `now`. */
function scene() {
  const media = new FakeMedia()
  const watch = new MediaWatch(media.element, new FakeCover())
  const state = { media, watch, now: 0 }
  for (const type of ['play', 'pause', 'error', 'ended', 'timeupdate', 'loadstart', 'emptied'])
    media.addEventListener(type, (event) => watch.note(event, state.now))
  media.start('http://a/f.mp4')
  media.arrive()
  media.play()
  return state
}

describe('MediaWatch', () => {
  it('knows from its begin whether the element plays', () => {
    const media = new FakeMedia()
    expect(new MediaWatch(media.element, new FakeCover()).wantsPlay).toBe(false)
    media.paused = false
    expect(new MediaWatch(media.element, new FakeCover()).wantsPlay).toBe(true)
    media.ended = true
    expect(new MediaWatch(media.element, new FakeCover()).wantsPlay).toBe(false)
  })

  it.each([
    [4, false, false],
    [4, true, true],
    [3, false, true],
  ])(
    'expects progress at the rate 0, with the data %i and seeking %s: %s',
    (readyState, seeking, expected) => {
      const { media, watch } = scene()
      Object.assign(media, { playbackRate: 0, readyState, seeking })
      expect(watch.expectsProgress()).toBe(expected)
    },
  )

  it('knows once that the element was removed from its page', () => {
    const { media, watch } = scene()
    expect(watch.takeRemoval()).toBe(false)
    media.isConnected = false
    expect([watch.takeRemoval(), watch.takeRemoval()]).toEqual([true, false])
  })

  it('knows that an element with autoplay wants to play before it has played', () => {
    const media = new FakeMedia()
    media.autoplay = true
    expect(new MediaWatch(media.element, new FakeCover()).wantsPlay).toBe(true)
    media.played = { length: 1 }
    expect(new MediaWatch(media.element, new FakeCover()).wantsPlay).toBe(false)
  })

  it('does not take the pause of Chromium at an error for a person’s', () => {
    const { media, watch } = scene()
    media.fail(2)
    media.pause()
    expect(watch.wantsPlay).toBe(true)
  })

  it('takes a later pause, and a play, for a person’s', () => {
    const scened = scene()
    const { media, watch } = scened
    media.fail(2)
    scened.now = 501
    media.pause()
    expect(watch.wantsPlay).toBe(false)
    media.play()
    expect(watch.wantsPlay).toBe(true)
  })

  it('no longer wants to play at the end of the file', () => {
    const { media, watch } = scene()
    media.reach(60)
    media.ended = true
    media.pause()
    expect(watch.wantsPlay).toBe(true)
    media.emit('ended')
    expect(watch.wantsPlay).toBe(false)
    expect(watch.failure(undefined)).toBeUndefined()
  })

  it('takes an end more than 1 s before the known duration for a broken connection, once at one place', () => {
    const { media, watch } = scene()
    media.reach(30)
    media.duration = 30
    media.ended = true
    media.emit('ended')
    expect([watch.wantsPlay, watch.failure(undefined)]).toEqual([true, 'connection'])
    expect(watch.failure(undefined)).toBeUndefined()
    watch.reset()
    expect(watch.failure(undefined)).toBeUndefined()
  })

  it('leaves a file alone that ends at one place again after a load, until it has another source', () => {
    const { media, watch } = scene()
    const end = (at: number) => {
      media.ended = false
      media.duration = 40
      media.reach(at)
      media.ended = true
      media.emit('ended')
    }
    end(30)
    expect([watch.wantsPlay, watch.failure(undefined)]).toEqual([true, 'connection'])
    watch.reset()
    end(30.02)
    expect([watch.wantsPlay, watch.failure(undefined)]).toEqual([false, undefined])
    watch.forget()
    end(30.02)
    expect(watch.failure(undefined)).toBe('connection')
  })

  it.each([
    [1, undefined],
    [2, 'connection'],
    [3, 'broken'],
    [4, 'broken'],
  ])('takes the error %i for %s', (code, cause) => {
    const { media, watch } = scene()
    media.fail(code)
    expect(watch.failure('video/mp4')).toBe(cause)
  })

  it('takes an error of a type that the browser cannot play for a foreign one', () => {
    const { media, watch } = scene()
    media.playable = () => ''
    media.fail(4)
    expect(watch.failure('video/x-matroska')).toBe('foreign')
    expect(watch.failure(undefined)).toBe('broken')
  })

  it('takes an element none of whose <source> could be played for a failed one', () => {
    const { media, watch } = scene()
    media.networkState = 3
    media.emit('error')
    expect(watch.failure(undefined)).toBe('broken')
  })

  it('does not take an element for a failed one that chooses its source', () => {
    const { media, watch } = scene()
    media.networkState = 3
    media.emit('emptied')
    expect(watch.failure(undefined)).toBeUndefined()
    expect(new MediaWatch(media.element, new FakeCover()).failure(undefined)).toBeUndefined()
  })

  it.each([
    ['plays', {}, true],
    ['is paused', { paused: true }, false],
    ['has ended', { ended: true }, false],
    ['seeks while paused', { paused: true, seeking: true }, true],
    ['loads its first data', { paused: true, networkState: 2, readyState: 0 }, true],
    ['may not load yet', { paused: true, networkState: 1, readyState: 0 }, false],
    ['has failed', { error: { code: 2 } }, false],
  ])('expects progress of an element that %s: %o', (_, state, expected) => {
    const { media, watch } = scene()
    Object.assign(media, state)
    expect(watch.expectsProgress()).toBe(expected)
    expect(watch.sample()).toEqual({
      position: 0,
      buffered: 60,
      readyState: media.readyState,
      expectsProgress: expected,
    })
  })

  it('starves where it expects progress and has no data ahead', () => {
    const { media, watch } = scene()
    expect(watch.isStarving()).toBe(false)
    media.readyState = 2
    expect(watch.isStarving()).toBe(true)
    media.paused = true
    expect(watch.isStarving()).toBe(false)
  })

  it('has moved when the position advances', () => {
    const { media, watch } = scene()
    expect(watch.hasMoved('frame')).toBe(false)
    media.reach(1)
    expect(watch.hasMoved('frame')).toBe(true)
    expect(watch.hasMoved('frame')).toBe(false)
  })

  it('has not moved by a seek, nor after an error, though Firefox plays what is buffered', () => {
    const { media, watch } = scene()
    watch.hasMoved('frame')
    media.currentTime = 20
    expect(watch.hasMoved('frame')).toBe(false)
    media.seeking = false
    expect(watch.hasMoved('frame')).toBe(false)
    media.fail(2)
    media.reach(21)
    expect(watch.hasMoved('frame')).toBe(false)
  })

  it.each([
    ['frame', 1, false],
    ['frame', 2, true],
    ['future', 2, false],
    ['future', 3, true],
  ] as const)(
    'has moved while paused, where it needs a %s, at readyState %i: %s',
    (needs, ready, moved) => {
      const { media, watch } = scene()
      media.paused = true
      media.readyState = ready
      expect(watch.hasMoved(needs)).toBe(moved)
    },
  )

  it('stands still where the position is the same twice', () => {
    const { media, watch } = scene()
    expect(watch.standsStill()).toBe(false)
    expect(watch.standsStill()).toBe(true)
    media.reach(1)
    expect(watch.standsStill()).toBe(false)
  })
})
