import { expect, it } from 'vitest'
import { dosDateTime } from '../../src/archive/dos-time.js'

const fieldsOf = (value: number) => {
  const [date, time] = [value >>> 16, value & 0xffff]
  return [
    (date >> 9) + 1980,
    (date >> 5) & 15,
    date & 31,
    time >> 11,
    (time >> 5) & 63,
    (time & 31) * 2,
  ]
}

it.each([
  ['1980-01-01T00:00:00Z', [1980, 1, 1, 0, 0, 0]],
  ['2026-11-27T13:14:15Z', [2026, 11, 27, 13, 14, 14]],
  ['2024-02-29T23:59:59Z', [2024, 2, 29, 23, 59, 58]],
  ['2107-12-31T23:59:59Z', [2107, 12, 31, 23, 59, 58]],
  ['1979-12-31T23:59:59Z', [1980, 1, 1, 0, 0, 0]],
  ['1900-01-01T00:00:00Z', [1980, 1, 1, 0, 0, 0]],
  ['2108-01-01T00:00:00Z', [2107, 12, 31, 23, 59, 58]],
  ['no date', [1980, 1, 1, 0, 0, 0]],
])('The time %s is stored in UTC, with even seconds, between 1980 and 2107', (text, fields) => {
  expect(fieldsOf(dosDateTime(Date.parse(text)))).toEqual(fields)
})
