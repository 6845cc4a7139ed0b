import { expect, it } from 'vitest'
import { expectedInsteadOf } from '../../src/client/refused-fields.js'

it.each([
  ['Content-Length', 'a field of a request without a body'],
  ['upgrade', 'no field of the connection, which the transport sets'],
  ['RANGE', 'no field that the client sets to resume'],
  ['Host', undefined],
  ['Accept-Encoding', undefined],
  ['If-Match', undefined],
  ['constructor', undefined],
])('expectedInsteadOf(%s) is %s', (name, expected) => {
  expect(expectedInsteadOf(name)).toBe(expected)
})
