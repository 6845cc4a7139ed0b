import { expect, it } from 'vitest'
import { refusalOf } from '../../src/client/refused-fields.js'

it.each([
  ['Content-Length', 'a request without a body cannot have'],
  ['upgrade', 'belongs to the connection'],
  ['RANGE', 'the client sets itself, to resume'],
  ['Host', undefined],
  ['Accept-Encoding', undefined],
  ['If-Match', undefined],
  ['constructor', undefined],
])('refusalOf(%s) is %s', (name, expected) => {
  expect(refusalOf(name)).toBe(expected)
})
