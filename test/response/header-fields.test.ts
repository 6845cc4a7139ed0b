import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  joinVary,
  mergeFields,
  type ReplyFields,
  withoutRepresentation,
} from '../../src/response/header-fields.js'

describe('mergeFields', () => {
  it.each<[string, Record<string, string>, ReplyFields, Record<string, unknown>]>([
    ['ours without the application', { etag: '"a"' }, {}, { etag: '"a"' }],
    ["the application's in place of ours", { etag: '"a"' }, { etag: '"b"' }, { etag: '"b"' }],
    ['both of different names', { etag: '"a"' }, { 'x-b': 'b' }, { etag: '"a"', 'x-b': 'b' }],
    ['a number as text', {}, { 'x-count': 5 }, { 'x-count': '5' }],
    ['no field that is absent', { etag: '"a"' }, { etag: undefined }, { etag: '"a"' }],
    ['an empty text, which is a value', { etag: '"a"' }, { etag: '' }, { etag: '' }],
    ['no cookies, which stay on the reply', {}, { 'set-cookie': ['a=1', 'b=2'] }, {}],
    ['the union of both Vary', { vary: 'Accept' }, { vary: 'Origin' }, { vary: 'Origin, Accept' }],
    [
      'the union of a Vary in several fields',
      { vary: 'Accept' },
      { vary: ['Origin', 'ACCEPT'] },
      { vary: 'Origin, ACCEPT' },
    ],
  ])('is %s', (_what, own, application, expected) => {
    expect(mergeFields(own, application)).toEqual(expected)
  })

  it('changes neither side', () => {
    const own = Object.freeze({ vary: 'Accept', etag: '"a"' })
    const application = Object.freeze({ vary: 'Origin', etag: '"b"' })
    mergeFields(own, application)
    expect([own.vary, application.vary]).toEqual(['Accept', 'Origin'])
  })
})

describe('joinVary', () => {
  it.each([
    [undefined, 'Accept', 'Accept'],
    ['Accept', 'Accept', 'Accept'],
    ['accept', 'Accept', 'accept'],
    ['Origin', 'Accept, Accept-Encoding', 'Origin, Accept, Accept-Encoding'],
    [' Origin ,, Accept ', 'Accept', 'Origin, Accept'],
    ['', 'Accept', 'Accept'],
    ['Origin, *', 'Accept', '*'],
  ])('of %j and %j is %j (RFC 9110 §12.5.5)', (present, additional, expected) => {
    expect(joinVary(present, additional)).toBe(expected)
  })

  it('names every field of both once, whatever was there before', () => {
    const name = fc.constantFrom('Accept', 'Origin', 'ACCEPT', 'x-a', 'X-A', 'Cookie')
    fc.assert(
      fc.property(fc.array(name), fc.array(name, { minLength: 1 }), (present, additional) => {
        const joined = joinVary(present.join(', '), additional.join(',')).toLowerCase().split(', ')
        const names = [...present, ...additional].map((each) => each.toLowerCase())
        expect(new Set(joined)).toEqual(new Set(names))
        expect(joined).toHaveLength(new Set(names).size)
      }),
    )
  })
})

describe('withoutRepresentation', () => {
  it('keeps the fields that hold for any content', () => {
    const kept = { vary: 'Accept', 'accept-ranges': 'bytes', 'set-cookie': 'a=1', 'x-own': 'x' }
    const dropped = {
      etag: '"a"',
      'last-modified': 'now',
      'cache-control': 'no-store',
      'content-disposition': 'attachment',
      'content-encoding': 'br',
      'content-range': 'bytes 0-1/2',
      'content-length': '2',
      'content-type': 'text/plain',
      'repr-digest': 'a',
      'content-digest': 'b',
      digest: 'c',
    }
    expect(withoutRepresentation({ ...kept, ...dropped })).toEqual(kept)
  })
})
