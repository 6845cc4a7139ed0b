import { describe, expect, it } from 'vitest'
import {
  byteCount,
  isWholeNumber,
  milliseconds,
  numberBetween,
  wholeNumber,
} from '../../src/validation/number-expectations.js'

const NEVER = [Number.NaN, Number.POSITIVE_INFINITY, '1', null, true, 1n, [1], {}]

describe.each([
  [milliseconds(0), 'a number of ms, 0 or more', [0, 0.5, 2 ** 31, 2 ** 40], [-1]],
  [milliseconds(1), 'a number of ms, 1 or more', [1, 1.5], [0, 0.5]],
  [byteCount(0), 'a whole number of bytes, 0 or more', [0, 1, 2 ** 53 - 1], [-1, 1.5, 2 ** 53]],
  [byteCount(1), 'a whole number of bytes, 1 or more', [1], [0]],
  [wholeNumber(2, 4), 'a whole number from 2 to 4', [2, 3, 4], [1, 5, 2.5]],
  [wholeNumber(0), 'a whole number, 0 or more', [0, 7], [-1, 0.1]],
  [numberBetween(0, 1), 'a number from 0 to 1', [0, 0.5, 1], [-0.1, 1.1]],
])('the expectation of %o', (expectation, expected, accepted, refused) => {
  it(`is described as ${expected}`, () => {
    expect(expectation.expected).toBe(expected)
  })

  it.each(accepted)('accepts %d', (value) => {
    expect(expectation.accepts(value)).toBe(true)
  })

  it.each([...refused, ...NEVER])('refuses %o', (value) => {
    expect(expectation.accepts(value)).toBe(false)
  })
})

describe('isWholeNumber', () => {
  it.each([0, -1, 2 ** 53 - 1])('accepts %d', (value) => {
    expect(isWholeNumber(value)).toBe(true)
  })

  it.each([0.5, 2 ** 53, Number.NaN, '1', 1n])('refuses %o', (value) => {
    expect(isWholeNumber(value)).toBe(false)
  })
})
