import { expect, it } from 'vitest'
import { isOfRepresentation } from '../../../src/check/subject/small-request.js'
import { exchangeWith } from '../../fixture/exchange.js'

it.each([
  [200, true],
  [206, true],
  [304, false],
  [416, false],
  [503, false],
])('a response with status %i is of the representation: %s', (status, expected) => {
  expect(isOfRepresentation(exchangeWith({ status }))).toBe(expected)
})
