import { expect, it } from 'vitest'
import { compareFields } from '../../../src/check/validators/compare-fields.js'
import { exchangeWith } from '../../fixture/exchange.js'

const RULES = { same: ['ETag'], present: ['Date'], sameIfPresent: ['Last-Modified'] }

it('names all fields that are absent or different', () => {
  const whole = exchangeWith({ fields: { ETag: '"a"', Date: 'x', 'Last-Modified': 'y' } })
  const other = exchangeWith({ fields: { 'Last-Modified': 'z' } })
  expect(compareFields(whole, other, RULES)).toMatchObject({
    expected: 'ETag: "a", Date: x, Last-Modified: y, as in the 200',
    received: 'no ETag, no Date, Last-Modified: z',
  })
})

it('does not expect fields that the 200 lacks', () => {
  const other = exchangeWith({ fields: { ETag: '"a"', 'Last-Modified': 'z' } })
  expect(compareFields(exchangeWith({}), other, RULES).kind).toBe('passed')
})
