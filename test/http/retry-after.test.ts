import { describe, expect, it } from 'vitest'
import { parseRetryAfter } from '../../src/http/retry-after.js'

const NOW = Date.UTC(1994, 10, 6, 8, 49, 37)

describe('parseRetryAfter (RFC 9110 §10.2.3)', () => {
  it.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['Sun, 06 Nov 1994 08:50:37 GMT', 60_000],
    ['Sun, 06 Nov 1994 08:48:37 GMT', 0],
    ['soon', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('reads the Retry-After header field %j as %s ms', (field, ms) => {
    expect(parseRetryAfter(field, NOW)).toBe(ms)
  })
})
