import { expect, it } from 'vitest'
import { expectedInsteadOf } from '../../src/check/refused-fields.js'

it.each([
  ['Range', 'no field that the checks set'],
  ['if-none-match', 'no field that the checks set'],
  ['Accept-Encoding', 'no field that the checks set'],
  ['Want-Repr-Digest', 'no field that the checks set'],
  ['TE', 'no field that controls the connection'],
  ['Content-Length', 'no field that frames a body, since a GET has none'],
  ['Authorization', undefined],
  ['Host', undefined],
])('instead of the field %s is expected: %s', (name, expected) => {
  expect(expectedInsteadOf(name)).toBe(expected)
})
