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
    ['the own field where the application has none', { etag: '"a"' }, {}, { etag: '"a"' }],
    [
      "the application's field in place of the own one",
      { etag: '"a"' },
      { etag: '"b"' },
      { etag: '"b"' },
    ],
    [
      'both fields where the names differ',
      { etag: '"a"' },
      { 'x-b': 'b' },
      { etag: '"a"', 'x-b': 'b' },
    ],
    ['a numeric value as text', {}, { 'x-count': 5 }, { 'x-count': '5' }],
    ['no field whose value is undefined', { etag: '"a"' }, { etag: undefined }, { etag: '"a"' }],
    ['an empty value of the application', { etag: '"a"' }, { etag: '' }, { etag: '' }],
    ['no Set-Cookie, which stays on the reply', {}, { 'set-cookie': ['a=1', 'b=2'] }, {}],
    [
      'the union of both Vary fields',
      { vary: 'Accept' },
      { vary: 'Origin' },
      { vary: 'Origin, Accept' },
    ],
    [
      'the union with a Vary of several values',
      { vary: 'Accept' },
      { vary: ['Origin', 'ACCEPT'] },
      { vary: 'Origin, ACCEPT' },
    ],
  ])('returns %s', (_what, own, application, expected) => {
    expect(mergeFields(own, application)).toEqual(expected)
  })

  it('does not change its arguments', () => {
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
  ])('of %j and %j returns %j (RFC 9110 §12.5.5)', (present, additional, expected) => {
    expect(joinVary(present, additional)).toBe(expected)
  })

  it('returns each field name of both values once', () => {
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
  it('keeps the fields that don’t describe the representation', () => {
    const kept = { vary: 'Accept', 'set-cookie': 'a=1', 'x-own': 'x' }
    const dropped = {
      etag: '"a"',
      'accept-ranges': 'bytes',
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
