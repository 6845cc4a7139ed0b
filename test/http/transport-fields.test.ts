import { expect, it } from 'vitest'
import { expectedOfTransport } from '../../src/http/transport-fields.js'

it.each([
  ['Content-Length', 'no field that frames a body, since a GET has none'],
  ['upgrade', 'no field that controls the connection'],
  ['Range', undefined],
  ['constructor', undefined],
])('instead of the field %s is expected: %s', (name, expected) => {
  expect(expectedOfTransport(name)).toBe(expected)
})
