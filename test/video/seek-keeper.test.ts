import { describe, expect, it } from 'vitest'
import { SeekKeeper } from '../../src/video/seek-keeper.js'
import { FakeMedia } from '../fixture/fake-media.js'

/** An element that clamps seeks, as Firefox does after an error. */
class Clamping extends FakeMedia {
  override get currentTime(): number {
    return super.currentTime
  }

  override set currentTime(position: number) {
    super.currentTime = Math.min(position, 7)
  }
}

describe('SeekKeeper', () => {
  it('remembers a seek that the element clamps, and still performs it', () => {
    const media = new Clamping()
    const seeks = new SeekKeeper(media.element)
    seeks.start()
    expect(seeks.target).toBeUndefined()
    media.currentTime = 50
    expect([seeks.target, media.currentTime]).toEqual([50, 50])
    seeks.stop()
    expect([seeks.target, media.currentTime]).toEqual([undefined, 7])
    expect(Object.hasOwn(media, 'currentTime')).toBe(false)
  })

  it('leaves a seek within what has arrived to the element, which plays on from there', () => {
    const media = new FakeMedia()
    const buffered = { length: 1, start: () => 0, end: () => 20 }
    Object.defineProperty(media, 'buffered', { value: buffered })
    const seeks = new SeekKeeper(media.element)
    seeks.start()
    media.currentTime = 16
    media.reach(16.8)
    expect([seeks.target, media.currentTime]).toEqual([undefined, 16.8])
    media.currentTime = 20
    expect(seeks.target).toBe(20)
  })

  it('forgets a seek that has taken place, as the element plays on from there', () => {
    const media = new FakeMedia()
    const seeks = new SeekKeeper(media.element)
    seeks.start()
    media.currentTime = 16.6
    expect(seeks.target).toBe(16.6)
    media.emit('seeked')
    media.reach(17)
    expect([seeks.target, media.currentTime]).toEqual([undefined, 17])
  })

  it('still remembers a seek that ends where the element has clamped it', () => {
    const media = new Clamping()
    const seeks = new SeekKeeper(media.element)
    seeks.start()
    media.currentTime = 50
    media.emit('seeked')
    expect(seeks.target).toBe(50)
  })

  it('shows the position of the element as long as nothing seeks', () => {
    const media = new Clamping()
    const seeks = new SeekKeeper(media.element)
    seeks.start()
    seeks.start()
    media.reach(3)
    expect(media.currentTime).toBe(3)
    seeks.stop()
    seeks.stop()
    expect(media.currentTime).toBe(3)
  })

  it('leaves an element alone whose page has replaced the property', () => {
    const media = new FakeMedia()
    Object.defineProperty(media, 'currentTime', { value: 4, configurable: true, writable: true })
    const seeks = new SeekKeeper(media.element)
    seeks.start()
    media.currentTime = 5
    seeks.stop()
    expect([seeks.target, media.currentTime]).toEqual([undefined, 5])
  })

  it('leaves an element alone that has no such property', () => {
    const seeks = new SeekKeeper(new EventTarget() as HTMLMediaElement)
    seeks.start()
    expect(seeks.target).toBeUndefined()
  })
})
