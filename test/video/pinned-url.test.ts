import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type MediaPin,
  pinnedUrl,
  pinOf,
  unpinnedUrl,
  validatorOfPin,
} from '../../src/video/pinned-url.js'

const DATE = 'Sun, 06 Nov 1994 08:49:37 GMT'
const PIN: MediaPin = { etag: '"v1"', size: 10 }

/** Characters of an entity tag (RFC 9110 §8.8.3) that a header field of fetch can have. */
const tagChars = fc.constantFrom(
  ...Array.from({ length: 0xff }, (_, code) => String.fromCharCode(code)).filter((char) =>
    /[\x21\x23-\x7e\x80-\xff]/.test(char),
  ),
)
const anyTag = fc.string({ unit: tagChars, maxLength: 40 }).map((opaque) => `"${opaque}"`)
const anyPin = fc.record({
  size: fc.maxSafeNat(),
  etag: anyTag,
  lastModified: fc.constantFrom(undefined, DATE),
  type: fc.constantFrom(undefined, 'video/mp4', 'video/mp4; codecs="avc1.64001f, mp4a.40.2"'),
  ranges: fc.constantFrom(undefined, 'none' as const),
  retryFor: fc.option(fc.nat(), { nil: undefined }),
  stall: fc.option(fc.nat(), { nil: undefined }),
})
const anyUrl = fc.constantFrom(
  'https://host.test/film.mp4',
  'https://host.test/film.mp4#t=10',
  'https://host.test/a%20b/film.mp4?sig=a%2Cb&lastbyte=1#t=10,20&track=audio',
  '/film.mp4#xywh=1,2,3,4',
  'film.mp4',
)

/** Pieces that a parser of fragments may stumble on. */
const anyText = fc.string({
  unit: fc.constantFrom(
    ...['%', '%E0', '%22', '%00', '"', 'W/', '1', ',', '&', '#', '=', '\n', 'é', '€'],
  ),
  maxLength: 12,
})

describe('A pin in the fragment of a URL', () => {
  it('is read as it was written, for any tag, size and URL', () => {
    fc.assert(
      fc.property(anyUrl, anyPin, (url, pin) => {
        expect(pinOf(pinnedUrl(url, pin))).toEqual(pin)
      }),
    )
  })

  it('leaves the URL as it was, before its fragment and when it is removed', () => {
    fc.assert(
      fc.property(anyUrl, anyPin, (url, pin) => {
        const pinned = pinnedUrl(url, pin)
        expect(pinned.startsWith(url)).toBe(true)
        expect(unpinnedUrl(pinned)).toBe(url)
        expect(pinned.split('#')).toHaveLength(2)
      }),
    )
  })

  it('survives the URL parser of browsers', () => {
    fc.assert(
      fc.property(anyUrl, anyPin, (url, pin) => {
        const { href } = new URL(pinnedUrl(url, pin), 'https://host.test/')
        expect(pinOf(href)).toEqual(pin)
      }),
    )
  })

  it('is replaced by a later one', () => {
    fc.assert(
      fc.property(anyUrl, anyPin, anyPin, (url, pin, later) => {
        expect(pinnedUrl(pinnedUrl(url, pin), later)).toBe(pinnedUrl(url, later))
      }),
    )
  })

  it('never makes pinOf throw, whatever the fragment is', () => {
    fc.assert(
      fc.property(anyText, fc.array(anyText, { maxLength: 8 }), (url, members) => {
        pinOf(url)
        pinOf(`${url}#lastbyte=${members.join(',')}`)
      }),
    )
  })

  it.each([
    ['no fragment', 'https://host.test/film.mp4'],
    ['another fragment', 'https://host.test/film.mp4#t=10'],
    ['the name in the query', 'https://host.test/film.mp4?lastbyte=10,%22v1%22'],
    ['a name that ends like it', 'https://host.test/film.mp4#notlastbyte=10,%22v1%22'],
    ['nothing but the name', 'https://host.test/film.mp4#lastbyte='],
    ['a size alone', 'https://host.test/film.mp4#lastbyte=10'],
    ['a weak tag', 'https://host.test/film.mp4#lastbyte=10,W%2F%22v1%22'],
    ['a weak tag with a date', 'https://host.test/film.mp4#lastbyte=10,W%2F%22v1%22,x'],
    ['a tag without quotes', 'https://host.test/film.mp4#lastbyte=10,v1'],
    ['a tag with a line feed', 'https://host.test/film.mp4#lastbyte=10,%22a%0Ab%22'],
    [
      'a tag beyond Latin-1',
      `https://host.test/film.mp4#lastbyte=10,%22${encodeURIComponent('é€')}%22`,
    ],
    ['a type with a line feed', 'https://host.test/film.mp4#lastbyte=10,%22v1%22,,a%0Ab'],
    ['a size that is no number', 'https://host.test/film.mp4#lastbyte=1e3,%22v1%22'],
    ['a negative size', 'https://host.test/film.mp4#lastbyte=-1,%22v1%22'],
    ['a size beyond 2^53', 'https://host.test/film.mp4#lastbyte=9007199254740993,%22v1%22'],
    ['a broken escape', 'https://host.test/film.mp4#lastbyte=10,%22v1%22,,%E0%A4'],
    ['a date that is none', 'https://host.test/film.mp4#lastbyte=10,,yesterday'],
  ])('is not found in a URL with %s', (_what, url) => {
    expect(pinOf(url)).toBe(undefined)
  })

  it('may be a date where the file has no strong tag', () => {
    const pin = { size: 10, lastModified: DATE }
    expect(pinOf(pinnedUrl('film.mp4', pin))).toEqual(pin)
  })

  it('has the strong tag as its validator, else the date', () => {
    const both = { ...PIN, lastModified: DATE }
    expect(validatorOfPin(both)).toEqual({ kind: 'strong', etag: '"v1"' })
    const dated = { size: 10, lastModified: DATE }
    expect(validatorOfPin(dated)).toEqual({ kind: 'date', lastModified: DATE })
  })

  it('is short, and readable in the tools of a browser', () => {
    expect(pinnedUrl('film.mp4#t=10', PIN)).toBe('film.mp4#t=10&lastbyte=10,%22v1%22')
  })
})
