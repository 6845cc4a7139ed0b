import { expect, it } from 'vitest'
import { refreshDate } from '../../../src/pages/scripts/refresh-date.js'

it('refreshDate writes the age of a date, and the date in the time zone of the reader', () => {
  const time = { dateTime: '1994-11-06T08:49:37.000Z', textContent: '1 hour ago', title: '' }
  refreshDate(time, Date.UTC(1994, 10, 6, 11))
  expect(time.textContent).toBe('2 hours ago')
  expect(time.title).toContain('1994')
})

it('refreshDate does nothing for a row without a date', () => {
  expect(() => refreshDate(null, 0)).not.toThrow()
})
