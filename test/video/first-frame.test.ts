import { describe, expect, it } from 'vitest'
import { FirstFrame } from '../../src/video/first-frame.js'
import { FakeCover } from '../fixture/fake-cover.js'
import { FakeMedia } from '../fixture/fake-media.js'
import { FramedMedia } from '../fixture/framed-media.js'

/** An element that has waited for data at 5 s, and goes on. */
function scene() {
  const media = new FramedMedia()
  const cover = new FakeCover()
  const frame = new FirstFrame(media.element, cover)
  media.readyState = 4
  media.reach(5)
  frame.keep()
  frame.expect(5, 1, performance.now())
  return { media, cover, frame }
}

describe('FirstFrame', () => {
  it('goes back, still covered, where the first frame shows that the clock ran on', () => {
    const { media, cover, frame } = scene()
    expect(cover).toEqual({ isKept: true, covers: true })
    media.show(5.4)
    expect([media.currentTime, media.seeking, cover.covers]).toEqual([5, true, true])
    frame.note('seeking')
    expect(cover.covers).toBe(true)
    frame.note('seeked')
    expect(cover.covers).toBe(false)
  })

  it.each([['emptied'], ['ended']])('uncovers where %s comes in place of its seek', (type) => {
    const { media, cover, frame } = scene()
    media.show(5.4)
    frame.note(type)
    expect(cover.covers).toBe(false)
  })

  it.each([
    ['the right one', 5.04, 0],
    ['a late one, as the machine is busy', 5.7, 650],
    ['further ahead than the clock can have run: of a seek whose event is still to come', 20, 0],
  ])('uncovers where the first frame is %s', (_, position, later) => {
    const { media, cover } = scene()
    media.show(position, later)
    expect([media.seeking, cover.covers]).toEqual([false, false])
  })

  it.each([['seeking'], ['pause'], ['emptied'], ['ended']])(
    'waits for no frame any more after %s',
    (type) => {
      const { media, cover, frame } = scene()
      frame.note(type)
      expect(cover.covers).toBe(false)
      media.show(9)
      expect(media.seeking).toBe(false)
    },
  )

  it('leaves a seek alone that a person makes before the first frame', () => {
    const { media } = scene()
    media.currentTime = 20
    media.show(20)
    expect(media.currentTime).toBe(20)
  })

  it('covers nothing where no frame is reported, as of sound', () => {
    const media = new FakeMedia()
    const cover = new FakeCover()
    new FirstFrame(media.element, cover).expect(5, 1, performance.now())
    expect(cover.covers).toBe(false)
  })
})
