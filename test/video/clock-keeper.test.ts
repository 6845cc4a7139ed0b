import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ClockKeeper } from '../../src/video/clock-keeper.js'
import { FakeCover } from '../fixture/fake-cover.js'
import { FakeMedia } from '../fixture/fake-media.js'
import { FramedMedia } from '../fixture/framed-media.js'

/** An element that plays at 5 s, and the positions to which it is sought. */
function scene() {
  const media = new FakeMedia()
  Object.assign(media, { paused: false, readyState: 4 })
  media.reach(5)
  media.seeking = false
  const clock = new ClockKeeper(media.element, new FakeCover())
  return { media, clock }
}

/** It waits for data from 1,000 ms on, and can play again `after` ms, when its position is `position`. */
function wait({ media, clock }: ReturnType<typeof scene>, after: number, position: number): void {
  media.readyState = 2
  clock.note('waiting', 1_000)
  media.readyState = 4
  media.reach(position)
  media.seeking = false
  clock.note('canplay', 1_000 + after)
}

describe('ClockKeeper', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 0 }))
  afterEach(() => void vi.useRealTimers())

  it('goes back to where a wait began, if the clock ran on', () => {
    const scened = scene()
    wait(scened, 4_500, 5.44)
    expect([scened.media.seeking, scened.media.currentTime]).toEqual([true, 5])
  })

  it('goes back where the first frame after a wait tells that the clock ran on', () => {
    const media = new FramedMedia()
    Object.assign(media, { paused: false })
    media.reach(5)
    const clock = new ClockKeeper(media.element, new FakeCover())
    wait({ media, clock }, 4_500, 5)
    expect(media.seeking).toBe(false)
    media.show(9.4)
    expect([media.seeking, media.currentTime]).toEqual([true, 5])
  })

  it.each([
    ['the clock stopped, as in Chromium', 4_500, 5.08],
    ['the wait was too short to skip anything', 399, 5.44],
    ['a seek whose event is still to come went further than the clock can run', 4_500, 9.7],
    ['such a seek went back', 4_500, 0],
  ])('leaves an element alone where %s', (_, after, position) => {
    const scened = scene()
    wait(scened, after, position)
    expect([scened.media.seeking, scened.media.currentTime]).toEqual([false, position])
  })

  it.each([
    ['first frame shown 0.3 s', 5.05, 5.35],
    ['position 0.3 s', 5.3, undefined],
  ])(
    'leaves an element alone whose %s later is what it has played before a late event',
    (_, position, frame) => {
      const media = new FramedMedia()
      Object.assign(media, { paused: false })
      media.reach(5)
      const clock = new ClockKeeper(media.element, new FakeCover())
      media.readyState = 2
      clock.note('waiting', 0)
      vi.advanceTimersByTime(4_500)
      media.readyState = 4
      vi.advanceTimersByTime(300)
      media.reach(position)
      media.seeking = false
      clock.note('canplay', 4_800)
      if (frame !== undefined) media.show(frame)
      expect([media.seeking, media.currentTime]).toEqual([false, position])
    },
  )

  it('goes back where the clock ran on further than what it can have played', () => {
    const scened = scene()
    scened.media.readyState = 2
    scened.clock.note('waiting', 0)
    vi.advanceTimersByTime(4_500)
    scened.media.readyState = 4
    vi.advanceTimersByTime(300)
    scened.media.reach(5.45)
    scened.media.seeking = false
    scened.clock.note('canplay', 4_800)
    expect([scened.media.seeking, scened.media.currentTime]).toEqual([true, 5])
  })

  it.each([
    ['it can play', (clock: ClockKeeper) => clock.note('canplay', 500)],
    ['a pause', (clock: ClockKeeper) => clock.note('pause', 500)],
    ['an error', (clock: ClockKeeper) => clock.note('error', 500)],
    ['another load', (clock: ClockKeeper) => clock.reset()],
  ])('looks at an element until %s', (_, end) => {
    const { clock } = scene()
    clock.note('waiting', 0)
    clock.note('waiting', 1)
    expect(vi.getTimerCount()).toBe(1)
    end(clock)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('leaves a seek alone that takes place while the event of its data is under way', () => {
    const { media, clock } = scene()
    clock.note('waiting', 1_000)
    media.currentTime = 5.44
    clock.note('canplay', 5_500)
    clock.note('playing', 5_500)
    expect([media.seeking, media.currentTime]).toEqual([true, 5.44])
  })

  it('allows for the rate, by which the clock runs on faster', () => {
    const scened = scene()
    scened.media.playbackRate = 2
    wait(scened, 4_500, 13.9)
    expect([scened.media.seeking, scened.media.currentTime]).toEqual([true, 5])
  })

  it.each([['seeking'], ['emptied'], ['pause'], ['ended']])(
    'does not go back to a wait that %s has ended',
    (type) => {
      const { media, clock } = scene()
      clock.note('waiting', 0)
      clock.note(type, 500)
      media.reach(9)
      media.seeking = false
      clock.note('playing', 2_000)
      expect([media.seeking, media.currentTime]).toEqual([false, 9])
    },
  )

  it('sets the clock once where an element that has data stands still, when more arrives', () => {
    const { media, clock } = scene()
    clock.dataArrived(0)
    clock.dataArrived(399)
    expect(media.seeking).toBe(false)
    clock.dataArrived(400)
    expect([media.seeking, media.currentTime]).toEqual([true, 5])
    media.seeking = false
    clock.dataArrived(900)
    expect(media.seeking).toBe(false)
  })

  it.each([
    ['is paused', { paused: true }],
    ['waits for data', { readyState: 2 }],
    ['has ended', { ended: true }],
  ])('leaves an element alone that %s, when data arrives', (_, state) => {
    const { media, clock } = scene()
    Object.assign(media, state)
    clock.note('progress', 300)
    clock.dataArrived(900)
    expect(media.seeking).toBe(false)
  })

  it('leaves an element alone that has just begun again where its wait began', () => {
    const { media, clock } = scene()
    media.readyState = 2
    clock.note('waiting', 1_000)
    media.readyState = 4
    clock.note('canplay', 5_000)
    clock.dataArrived(5_004)
    expect(media.seeking).toBe(false)
  })

  it('expects no frame any more after another load', () => {
    const media = new FramedMedia()
    Object.assign(media, { paused: false })
    media.reach(5)
    const clock = new ClockKeeper(media.element, new FakeCover())
    wait({ media, clock }, 4_500, 5)
    clock.reset()
    media.show(9.4)
    expect([media.seeking, media.currentTime]).toEqual([false, 5])
  })

  it('begins anew with a load, whose begin looks the same', () => {
    const { media, clock } = scene()
    clock.dataArrived(0)
    clock.reset()
    clock.dataArrived(900)
    expect(media.seeking).toBe(false)
  })
})
