import { describe, expect, it } from 'vitest'
import type { Validator } from '../../src/resume/judge-response.js'
import { isPinnable, type Pin, pinFields } from '../../src/resume/pin-fields.js'

const STRONG: Validator = { kind: 'strong', etag: '"a"' }
const DATE = { kind: 'date', lastModified: 'Sun, 06 Nov 1994 08:49:37 GMT' } as const
const WEAK: Validator = { kind: 'weak', field: 'W/"a"' }
const NONE: Validator = { kind: 'none' }

describe('pinFields', () => {
  it.each<[Validator, Pin, Record<string, string>]>([
    [STRONG, 'if-match', { 'if-match': '"a"' }],
    [STRONG, 'if-range', { 'if-range': '"a"' }],
    [DATE, 'if-match', { 'if-unmodified-since': DATE.lastModified }],
    [DATE, 'if-range', { 'if-range': DATE.lastModified }],
    [WEAK, 'if-match', {}],
    [WEAK, 'if-range', {}],
    [NONE, 'if-match', {}],
  ])('of a version with %j by %s are %j', (validator, pin, fields) => {
    expect(pinFields({ validator }, pin)).toEqual(fields)
  })
})

describe('isPinnable', () => {
  it.each([
    [STRONG, true],
    [DATE, true],
    [WEAK, false],
    [NONE, false],
  ])('of %j is %s', (validator, expected) => {
    expect(isPinnable(validator)).toBe(expected)
  })
})
