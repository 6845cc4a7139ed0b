import { describe, expect, it } from 'vitest'
import { LIVE_LAST, parseLiveRange } from '../../src/http/live-range.js'

const TERABYTE = 1_000_000_000_000

describe('parseLiveRange', () => {
  it.each<[string, number, { start: number; last: string } | undefined]>([
    [`bytes=0-${LIVE_LAST}`, 10, { start: 0, last: LIVE_LAST }],
    ['bytes=0-999999999999', 10, { start: 0, last: '999999999999' }],
    ['BYTES= 5-999999999999 ', 10, { start: 5, last: '999999999999' }],
    // Larger than a number: it is sent back as it is (RFC 8673 §7).
    ['bytes=10-18446744073709551616', 10, { start: 10, last: '18446744073709551616' }],
    [`bytes=0-${'9'.repeat(100)}`, 10, { start: 0, last: '9'.repeat(100) }],
    [`bytes=0-${'9'.repeat(101)}`, 10, undefined],
    ['bytes=11-999999999999', 10, undefined],
    ['bytes=0-999999999998', 10, undefined],
    ['bytes=0-', 10, undefined],
    ['bytes=-999999999999', 10, undefined],
    ['bytes=0-0,1-999999999999', 10, undefined],
    ['lines=0-999999999999', 10, undefined],
    // A part of a file of terabytes.
    ['bytes=0-1999999999998', TERABYTE, undefined],
    ['bytes=0-2000000000000', TERABYTE, { start: 0, last: '2000000000000' }],
  ])('reads %s of %d bytes', (field, size, want) => {
    expect(parseLiveRange(field, size)).toEqual(want)
  })

  it('reads no live range where there is no field', () => {
    expect(parseLiveRange(undefined, 10)).toBeUndefined()
  })
})
