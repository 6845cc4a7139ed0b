import { describe, expect, it } from 'vitest'
import { CODE, http2ErrorCode } from '../../src/fault/http2-error-code.js'

describe('An HTTP/2 error code (RFC 9113 §7)', () => {
  it.each([
    [undefined, 2],
    [0, 0],
    [13, 13],
    ['NO_ERROR', 0],
    ['CANCEL', 8],
    ['HTTP_1_1_REQUIRED', 13],
  ])('of %s has the number %i', (code, number) => {
    expect(http2ErrorCode(code)).toBe(number)
  })

  it.each([
    [0, true],
    [13, true],
    ['CANCEL', true],
    [14, false],
    [-1, false],
    [1.5, false],
    ['cancel', false],
    ['8', false],
    [null, false],
  ])('%j is valid: %s', (value, valid) => {
    expect(CODE.accepts(value)).toBe(valid)
  })
})
