import { expect, it } from 'vitest'
import { parseBytes, parseHeader, parseTime } from '../../src/cli/flag-values.js'

const refuseRange = (name: string) => (name === 'Range' ? 'no Range' : undefined)

it('a header field is a name and a value, and none that is refused', () => {
  expect(parseHeader('X-A:  b: c', refuseRange)).toEqual(['X-A', 'b: c'])
  expect(() => parseHeader('Range: x', refuseRange)).toThrow(/expected no Range; received Range/)
  expect(() => parseHeader('Host: a b', refuseRange)).toThrow(/expected a host/)
  expect(() => parseHeader('no colon', refuseRange)).toThrow(/'Name: value'/)
})

it('a time has a unit, and a least value', () => {
  expect(parseTime('--stall', '1.5s', 1)).toBe(1500)
  expect(parseTime('--stall', '0s', 0)).toBe(0)
  expect(() => parseTime('--stall', '0s', 1)).toThrow(/^--stall: expected a time/)
})

it.each([
  ['5', 5],
  ['4K', 4096],
  ['2M', 2 * 1024 ** 2],
  ['1G', 1024 ** 3],
  ['0', undefined],
  ['4MB', undefined],
  ['', undefined],
  ['9'.repeat(20), undefined],
])('the bytes of %j are %s', (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes)
})
