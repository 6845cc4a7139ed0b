import { expect, it } from 'vitest'
import { expectedInsteadOf } from '../../src/client/refused-fields.js'

it.each([
  ['Content-Length', 'no field that frames a body, since a GET has none'],
  ['upgrade', 'no field that controls the connection'],
  ['RANGE', 'no field that the client sets to resume'],
  ['Host', undefined],
  ['Accept-Encoding', undefined],
  ['If-Match', undefined],
  ['constructor', undefined],
])('expectedInsteadOf(%s) is %s', (name, expected) => {
  expect(expectedInsteadOf(name)).toBe(expected)
})
