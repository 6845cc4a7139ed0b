import { expect, it } from 'vitest'
import { byteText, counted } from '../../../src/check/report/counted.js'

it('a count of one is singular', () => {
  expect([0, 1, 2].map((count) => counted(count, 'check'))).toEqual([
    '0 checks',
    '1 check',
    '2 checks',
  ])
})

it.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [1023, '1023 bytes'],
  [1024, '1 KiB'],
  [1_500_000, '1.4 MiB'],
  [4 * 1024 ** 2, '4 MiB'],
  [2 ** 50, '1024 TiB'],
])('%i bytes are %s', (bytes, text) => {
  expect(byteText(bytes)).toBe(text)
})
