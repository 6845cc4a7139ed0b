import { describe, expect, it } from 'vitest'
import { dateOf, nearTags, opaqueOf } from '../../../src/check/conditions/sent-validators.js'

const MODIFIED = 'Sun, 06 Nov 1994 08:49:37 GMT'

describe('opaqueOf', () => {
  it.each([
    ['"a"', 'a'],
    ['W/"a,b"', 'a,b'],
    ['a', undefined],
    [undefined, undefined],
  ])('reads the text between the quotes of %s', (etag, want) => {
    expect(opaqueOf({ etag })).toBe(want)
  })
})

describe('dateOf', () => {
  it.each([
    [MODIFIED, 0, MODIFIED],
    [MODIFIED, -1000, 'Sun, 06 Nov 1994 08:49:36 GMT'],
    ['Sun Nov  6 08:49:37 1994', 1000, 'Sun, 06 Nov 1994 08:49:38 GMT'],
    ['yesterday', 0, undefined],
    [undefined, 0, undefined],
  ])('moves %s by %i ms', (lastModified, ms, want) => {
    expect(dateOf({ lastModified }, ms)).toBe(want)
  })
})

it.each([
  ['"aB1"', ['"Ab1"', '"aB0"']],
  ['"10"', ['"11"']],
  ['W/"a"', []],
  ['""', []],
  [undefined, []],
])('the tags near %s are %j', (etag, expected) => {
  expect(nearTags({ etag })).toEqual(expected)
})
