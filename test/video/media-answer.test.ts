import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mediaAnswer } from '../../src/video/media-answer.js'

const DATE = 'Sun, 06 Nov 1994 08:49:37 GMT'
const PIN = { size: 1000, etag: '"v1"', lastModified: DATE, type: 'video/mp4' }

const answer = (range?: string, ifRange?: string) => mediaAnswer(PIN, { range, ifRange })

describe('The response to a media request with a pin', () => {
  it('is the whole file without a Range, with the fields of its version', () => {
    expect(answer()).toEqual({
      status: 200,
      slice: { start: 0, end: 1000 },
      headers: {
        'accept-ranges': 'bytes',
        'cache-control': 'no-store',
        'content-length': '1000',
        'content-type': 'video/mp4',
        etag: '"v1"',
        'last-modified': DATE,
        'x-content-type-options': 'nosniff',
      },
    })
  })

  it.each([
    ['bytes=0-', 'bytes 0-999/1000', 0, 1000],
    ['bytes=0-1', 'bytes 0-1/1000', 0, 2],
    ['bytes=999-', 'bytes 999-999/1000', 999, 1000],
    ['bytes=10-5000', 'bytes 10-999/1000', 10, 1000],
    ['bytes=-10', 'bytes 990-999/1000', 990, 1000],
    ['bytes=-5000', 'bytes 0-999/1000', 0, 1000],
    ['BYTES=5-5', 'bytes 5-5/1000', 5, 6],
  ])('is 206 for %s, with Content-Range and the length of the part', (range, field, start, end) => {
    const { status, headers, slice } = answer(range)
    expect(status).toBe(206)
    expect(headers['content-range']).toBe(field)
    expect(headers['content-length']).toBe(String(end - start))
    expect(slice).toEqual({ start, end })
  })

  it.each([['bytes=1000-'], ['bytes=1000-1001'], ['bytes=-0']])('is 416 for %s', (range) => {
    const { status, headers, slice } = answer(range)
    expect(status).toBe(416)
    expect(headers['content-range']).toBe('bytes */1000')
    expect(headers['content-length']).toBe('0')
    expect(slice).toEqual({ start: 0, end: 0 })
  })

  it.each([['bytes=5-4'], ['bytes=a-'], ['bytes='], ['items=0-1'], ['0-1'], ['bytes=0-1,5-6']])(
    'is the whole file for %s, which a server may ignore',
    (range) => {
      const { status, headers, slice } = answer(range)
      expect(status).toBe(200)
      expect(headers['content-range']).toBe(undefined)
      expect(slice).toEqual({ start: 0, end: 1000 })
    },
  )

  it.each([
    ['"v1"', 206],
    [DATE, 206],
    ['"v2"', 200],
    ['W/"v1"', 200],
    ['Sun, 06 Nov 1994 08:49:38 GMT', 200],
  ])('heeds If-Range: %s', (ifRange, status) => {
    expect(answer('bytes=5-', ifRange).status).toBe(status)
  })

  it('is the whole file without ranges where the server has none', () => {
    const { status, headers } = mediaAnswer(
      { ...PIN, ranges: 'none' },
      { range: 'bytes=5-', ifRange: undefined },
    )
    expect(status).toBe(200)
    expect(headers['accept-ranges']).toBe('none')
  })

  it.each([
    ['video/webm', 'video/webm'],
    ['audio/mpeg', 'audio/mpeg'],
    ['application/ogg', 'application/ogg'],
    ['VIDEO/mp4; codecs="avc1"', 'VIDEO/mp4; codecs="avc1"'],
    ['text/html', 'application/octet-stream'],
    ['image/svg+xml', 'application/octet-stream'],
    ['text/javascript', 'application/octet-stream'],
    ['x video/mp4', 'application/octet-stream'],
    [undefined, 'application/octet-stream'],
  ])('of the type %s has the type %s, as anybody can make a link with a pin', (type, sent) => {
    const { headers } = mediaAnswer({ ...PIN, type }, { range: undefined, ifRange: undefined })
    expect(headers['content-type']).toBe(sent)
    expect(headers['x-content-type-options']).toBe('nosniff')
  })

  it('has no byte for an empty file', () => {
    const empty = { ...PIN, size: 0 }
    expect(mediaAnswer(empty, { range: undefined, ifRange: undefined }).status).toBe(200)
    expect(mediaAnswer(empty, { range: 'bytes=0-', ifRange: undefined }).status).toBe(416)
  })

  it('has the length that it announces, for any Range and size', () => {
    const range = fc.oneof(
      fc.tuple(fc.nat(2000), fc.nat(2000)).map(([a, b]) => `bytes=${a}-${b}`),
      fc.nat(2000).map((a) => `bytes=${a}-`),
      fc.nat(2000).map((a) => `bytes=-${a}`),
      fc.string(),
    )
    fc.assert(
      fc.property(range, fc.nat(1500), (range, size) => {
        const { status, headers, slice } = mediaAnswer(
          { ...PIN, size },
          { range, ifRange: undefined },
        )
        expect(headers['content-length']).toBe(String(slice.end - slice.start))
        expect(slice.end).toBeLessThanOrEqual(size)
        if (status === 206) {
          expect(headers['content-range']).toBe(`bytes ${slice.start}-${slice.end - 1}/${size}`)
        }
      }),
    )
  })
})
