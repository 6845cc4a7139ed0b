import { describe, expect, it } from 'vitest'
import { exactDate, machineDate, relativeDate } from '../../src/pages/relative-date.js'

const NOW = Date.UTC(2024, 0, 15, 12)
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

describe('relativeDate', () => {
  it.each([
    [0, 'just now'],
    [MINUTE - 1, 'just now'],
    [MINUTE, '1 minute ago'],
    [HOUR - 1, '59 minutes ago'],
    [HOUR, '1 hour ago'],
    [DAY - 1, '23 hours ago'],
    [DAY, '1 day ago'],
    [6 * DAY, '6 days ago'],
    [7 * DAY, '1 week ago'],
    [30 * DAY, '4 weeks ago'],
    [31 * DAY, '1 month ago'],
    [365 * DAY, '11 months ago'],
    [366 * DAY, '1 year ago'],
    [54 * 366 * DAY, '54 years ago'],
    [-30_000, 'just now'],
    [-2 * HOUR, 'in 2 hours'],
  ])('writes a time %d ms before now as %s', (since, text) => {
    expect(relativeDate(NOW - since, NOW)).toBe(text)
  })
})

describe('machineDate', () => {
  it.each([
    [Date.UTC(1994, 10, 6, 8, 49, 37), '1994-11-06T08:49:37.000Z'],
    [1e17, undefined],
    [-1e17, undefined],
    [Number.NaN, undefined],
  ])('of %d ms is %s', (time, text) => {
    expect(machineDate(time)).toBe(text)
  })
})

it('exactDate has seconds and names the time zone', () => {
  expect(exactDate('1994-11-06T08:49:37.123Z')).toBe('1994-11-06 08:49:37 UTC')
})
