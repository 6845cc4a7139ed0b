import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatHttpDate, parseHttpDate } from '../../src/http/http-date.js'
import { anyText } from '../fixture/any-text.js'

const NOW = Date.parse('2026-01-01T00:00:00Z')
const EXAMPLE = Date.parse('1994-11-06T08:49:37Z')

describe('parseHttpDate, for a valid date,', () => {
  it.each([
    { form: 'IMF-fixdate', text: 'Sun, 06 Nov 1994 08:49:37 GMT', want: '1994-11-06T08:49:37Z' },
    { form: 'RFC 850', text: 'Sunday, 06-Nov-94 08:49:37 GMT', want: '1994-11-06T08:49:37Z' },
    { form: 'asctime', text: 'Sun Nov  6 08:49:37 1994', want: '1994-11-06T08:49:37Z' },
    { form: 'asctime', text: 'Wed Nov 16 08:49:37 1994', want: '1994-11-16T08:49:37Z' },
    { form: 'white space', text: '\tSun, 06 Nov 1994 08:49:37 GMT ', want: '1994-11-06T08:49:37Z' },
    { form: 'epoch', text: 'Thu, 01 Jan 1970 00:00:00 GMT', want: '1970-01-01T00:00:00Z' },
    { form: 'leap day', text: 'Thu, 29 Feb 2024 23:59:59 GMT', want: '2024-02-29T23:59:59Z' },
    { form: 'leap second', text: 'Sat, 31 Dec 2016 23:59:60 GMT', want: '2016-12-31T23:59:59Z' },
    { form: 'zero time', text: 'Mon, 01 Jan 0001 00:00:00 GMT', want: '0001-01-01T00:00:00Z' },
    { form: 'last year', text: 'Fri, 31 Dec 9999 23:59:59 GMT', want: '9999-12-31T23:59:59Z' },
    { form: 'now', text: 'Thursday, 01-Jan-26 00:00:00 GMT', want: '2026-01-01T00:00:00Z' },
    { form: '49 ahead', text: 'Tuesday, 01-Jan-75 00:00:00 GMT', want: '2075-01-01T00:00:00Z' },
    { form: '50 ahead', text: 'Wednesday, 01-Jan-76 00:00:00 GMT', want: '2076-01-01T00:00:00Z' },
    { form: '50+ ahead', text: 'Wednesday, 01-Jan-76 00:00:01 GMT', want: '1976-01-01T00:00:01Z' },
    { form: '51 ahead', text: 'Saturday, 01-Jan-77 00:00:00 GMT', want: '1977-01-01T00:00:00Z' },
    { form: '73 ahead', text: 'Friday, 31-Dec-99 23:59:59 GMT', want: '1999-12-31T23:59:59Z' },
  ])('parses $text ($form, RFC 9110 §5.6.7)', ({ text, want }) => {
    expect(parseHttpDate(text, NOW)).toBe(Date.parse(want))
  })
})

describe('parseHttpDate, for other text,', () => {
  it.each([
    { why: 'absent', text: undefined },
    { why: 'empty', text: '' },
    { why: 'garbage', text: 'garbage' },
    { why: 'seconds', text: '784111777' },
    { why: 'ISO 8601', text: '1994-11-06T08:49:37Z' },
    { why: 'an entity tag', text: '"Sun, 06 Nov 1994 08:49:37 GMT"' },
    { why: 'two dates', text: 'Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT' },
    { why: 'another zone', text: 'Sun, 06 Nov 1994 08:49:37 UTC' },
    { why: 'an offset', text: 'Sun, 06 Nov 1994 08:49:37 +0000' },
    { why: 'no zone', text: 'Sun, 06 Nov 1994 08:49:37' },
    { why: 'upper case', text: 'Sun, 06 NOV 1994 08:49:37 GMT' },
    { why: 'one digit of a day', text: 'Sun, 6 Nov 1994 08:49:37 GMT' },
    { why: 'two digits of a year', text: 'Sun, 06 Nov 94 08:49:37 GMT' },
    { why: 'no month', text: 'Sun, 06 Foo 1994 08:49:37 GMT' },
    { why: 'day 0', text: 'Sun, 00 Nov 1994 08:49:37 GMT' },
    { why: '31 Feb', text: 'Thu, 31 Feb 1994 08:49:37 GMT' },
    { why: '29 Feb of no leap year', text: 'Wed, 29 Feb 2023 08:49:37 GMT' },
    { why: '31 Nov', text: 'Thursday, 31-Nov-94 08:49:37 GMT' },
    { why: 'day 32', text: 'Sun Dec 32 08:49:37 1994' },
    { why: 'hour 24', text: 'Sun, 06 Nov 1994 24:00:00 GMT' },
    { why: 'minute 60', text: 'Sun, 06 Nov 1994 08:60:00 GMT' },
    { why: 'second 61', text: 'Sun, 06 Nov 1994 08:49:61 GMT' },
  ])('is undefined for $text: $why (RFC 9110 §5.6.7)', ({ text }) => {
    expect(parseHttpDate(text, NOW)).toBeUndefined()
  })
})

describe('formatHttpDate (RFC 9110 §5.6.7)', () => {
  it.each([
    { ms: EXAMPLE, want: 'Sun, 06 Nov 1994 08:49:37 GMT' },
    { ms: EXAMPLE + 999, want: 'Sun, 06 Nov 1994 08:49:37 GMT' },
    { ms: EXAMPLE + 0.5, want: 'Sun, 06 Nov 1994 08:49:37 GMT' },
    { ms: 0, want: 'Thu, 01 Jan 1970 00:00:00 GMT' },
    { ms: -1, want: 'Wed, 31 Dec 1969 23:59:59 GMT' },
    { ms: Date.parse('+010000-01-01T00:00:00Z'), want: undefined },
    { ms: Date.parse('-000001-12-31T23:59:59Z'), want: undefined },
    { ms: 1e17, want: undefined },
    { ms: Number.NaN, want: undefined },
  ])('formats $ms ms as $want', ({ ms, want }) => {
    expect(formatHttpDate(ms)).toBe(want)
  })
})

describe('parseHttpDate, for any input,', () => {
  it('returns the second that formatHttpDate was given', () => {
    const min = Date.parse('0000-01-01T00:00:00Z')
    const max = Date.parse('9999-12-31T23:59:59Z')
    fc.assert(
      fc.property(fc.integer({ min, max }), (ms) => {
        expect(parseHttpDate(formatHttpDate(ms), NOW)).toBe(Math.floor(ms / 1000) * 1000)
      }),
    )
  })

  it('reads a two-digit year as at most 50 years in the future, with the same last digits', () => {
    fc.assert(
      fc.property(fc.nat(99), fc.integer({ min: 1900, max: 2999 }), (digits, thisYear) => {
        const text = `Friday, 01-Jan-${String(digits).padStart(2, '0')} 00:00:00 GMT`
        const read = parseHttpDate(text, Date.UTC(thisYear, 0, 1)) ?? Number.NaN
        const year = new Date(read).getUTCFullYear()
        expect(year % 100).toBe(digits)
        expect(year - thisYear).toBeLessThanOrEqual(50)
      }),
    )
  })

  it('never throws, and returns a valid time or undefined', () => {
    const text = anyText('Sun, ', '06', ' Nov ', '-Nov-', '1994', ' 08:49:37', ' GMT', '94')
    fc.assert(
      fc.property(text, (field) => {
        const ms = parseHttpDate(field, NOW)
        if (ms !== undefined) expect(new Date(ms).getTime()).toBe(ms)
      }),
    )
  })
})
