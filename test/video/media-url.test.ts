import { describe, expect, it } from 'vitest'
import { freshUrl, withoutFragment } from '../../src/video/media-url.js'

describe('withoutFragment', () => {
  it.each([
    ['http://a/f.mp4#t=10', 'http://a/f.mp4'],
    ['http://a/f.mp4?q#', 'http://a/f.mp4?q'],
    ['http://a/f.mp4', 'http://a/f.mp4'],
    ['', ''],
  ])('of %s is %s', (url, bare) => {
    expect(withoutFragment(url)).toBe(bare)
  })
})

describe('freshUrl', () => {
  it.each([
    ['http://a/f.mp4', 'http://a/f.mp4?lastbyte-load=1'],
    ['http://a/f.mp4#t=10', 'http://a/f.mp4?lastbyte-load=1#t=10'],
    ['http://a/f.mp4?lastbyte-load=1', 'http://a/f.mp4?lastbyte-load=2'],
    ['http://a/f.mp4?lastbyte-load=9#t=10', 'http://a/f.mp4?lastbyte-load=10#t=10'],
    ['http://a/f.mp4?signature=x', 'http://a/f.mp4?signature=x#lastbyte-load=1'],
    ['http://a/f.mp4?signature=x#', 'http://a/f.mp4?signature=x#lastbyte-load=1'],
    ['http://a/f.mp4?s=x#t=10', 'http://a/f.mp4?s=x#t=10&lastbyte-load=1'],
    ['http://a/f.mp4?s=x#lastbyte-load=9&t=10', 'http://a/f.mp4?s=x#t=10&lastbyte-load=10'],
    ['http://a/f.mp4?s=x&lastbyte-load=1', 'http://a/f.mp4?s=x&lastbyte-load=1#lastbyte-load=1'],
  ])('of %s is %s', (url, fresh) => {
    expect(freshUrl(url)).toBe(fresh)
  })
})
