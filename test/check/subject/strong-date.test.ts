import { expect, it } from 'vitest'
import { ageAtDate, isStrongDate } from '../../../src/check/subject/strong-date.js'
import { exchangeWith } from '../../fixture/exchange.js'

const modified = (time: string) =>
  exchangeWith({
    fields: {
      Date: 'Sun, 06 Nov 1994 08:50:00 GMT',
      'Last-Modified': `Sun, 06 Nov 1994 ${time} GMT`,
    },
  })

it.each([
  ['08:49:00', 60_000, true],
  ['08:49:01', 59_000, false],
  ['08:50:01', -1_000, false],
])('computes the age of a Last-Modified of %s at 08:50:00', (time, age, isStrong) => {
  expect(ageAtDate(modified(time))).toBe(age)
  expect(isStrongDate(modified(time))).toBe(isStrong)
})

it.each([{}, { Date: 'Sun, 06 Nov 1994 08:50:00 GMT' }, { Date: 'now', 'Last-Modified': 'then' }])(
  'has no age for %j',
  (fields) => {
    expect(ageAtDate(exchangeWith({ fields }))).toBeUndefined()
    expect(isStrongDate(exchangeWith({ fields }))).toBe(false)
  },
)
