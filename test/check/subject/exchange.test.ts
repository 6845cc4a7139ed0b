import { expect, it } from 'vitest'
import { contentLength, fieldOf } from '../../../src/check/subject/exchange.js'

const lines = [
  ['Link', '<a>'],
  ['ETag', '"x"'],
  ['LINK', '<b>'],
] as const

it('joins the lines of a field whatever their case', () => {
  expect(fieldOf({ lines }, 'link')).toBe('<a>, <b>')
  expect(fieldOf({ lines }, 'etag')).toBe('"x"')
  expect(fieldOf({ lines }, 'date')).toBeUndefined()
})

it.each([
  ['5', 5],
  ['0', 0],
  ['+5', undefined],
  ['5, 5', undefined],
  ['', undefined],
  ['12345678901234567890', undefined],
])('reads Content-Length: %s as %s', (value, length) => {
  expect(contentLength({ lines: [['Content-Length', value]] })).toBe(length)
})

it('reads no length where Content-Length is absent', () => {
  expect(contentLength({ lines })).toBeUndefined()
})
