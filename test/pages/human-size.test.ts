import { describe, expect, it } from 'vitest'
import { exactSize, humanSize } from '../../src/pages/human-size.js'

describe('humanSize', () => {
  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1000, '1.0 kB'],
    [1234, '1.2 kB'],
    [9949, '9.9 kB'],
    [9950, '10 kB'],
    [45_678, '46 kB'],
    [999_499, '999 kB'],
    [999_500, '1.0 MB'],
    [1_234_567, '1.2 MB'],
    [4_294_967_296, '4.3 GB'],
    [1.5e12, '1.5 TB'],
    [Number.MAX_SAFE_INTEGER, '9.0 PB'],
    [5e21, '5000 EB'],
  ])('writes %d bytes as %s', (bytes, text) => {
    expect(humanSize(bytes)).toBe(text)
  })
})

describe('exactSize', () => {
  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [1_234_567, '1,234,567 bytes'],
  ])('writes %d bytes as %s', (bytes, text) => {
    expect(exactSize(bytes)).toBe(text)
  })
})
