import { describe, expect, it } from 'vitest'
import { rememberedPin, rememberPin } from '../../src/video/remembered-pin.js'
import { FakeMedia } from '../fixture/fake-media.js'

describe('The remembered version of an element', () => {
  it('is that of its source, as long as it has loaded it', () => {
    const media = new FakeMedia()
    media.start('http://a/f.mp4')
    media.arrive()
    expect(rememberedPin(media.element)).toBeUndefined()
    rememberPin(media.element, { etag: '"1"' })
    expect(rememberedPin(media.element)).toEqual({ etag: '"1"' })
    media.currentSrc = 'http://a/g.mp4'
    expect(rememberedPin(media.element)).toBeUndefined()
    media.currentSrc = 'http://a/f.mp4'
    media.readyState = 0
    expect(rememberedPin(media.element)).toBeUndefined()
  })
})
