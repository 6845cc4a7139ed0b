import { describe, expect, it } from 'vitest'
import { contentCodingOf, isSameCoding } from '../../src/http/content-encoding.js'

describe('contentCodingOf', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['identity', undefined],
    [' Identity , ', undefined],
    ['x-gzip', 'x-gzip'],
    ['gzip, identity', 'gzip'],
    ['gzip,br', 'gzip, br'],
    ['future', 'future'],
  ])('of %j is %j', (field, expected) => {
    expect(contentCodingOf(field)).toBe(expected)
  })
})

describe('isSameCoding', () => {
  it.each([
    [undefined, undefined, true],
    ['x-gzip', 'GZIP', true],
    ['br, x-compress', 'br, compress', true],
    ['gzip', 'br', false],
    ['gzip, br', 'br, gzip', false],
    ['gzip', undefined, false],
    ['ax-gzip', 'agzip', false],
  ])('of %j and %j is %j', (one, other, expected) => {
    expect(isSameCoding(one, other)).toBe(expected)
  })
})
