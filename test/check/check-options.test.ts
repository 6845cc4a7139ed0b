import { expect, it } from 'vitest'
import { CHECK_OPTIONS, type CheckOptions } from '../../src/check/check-options.js'
import { readOptions } from '../../src/validation/read-options.js'

it.each<[keyof CheckOptions, unknown]>([
  ['only', []],
  ['only', 'ranges'],
  ['http2', 1],
  ['headers', { a: 1 }],
  ['bytes', 1000],
  ['requests', 0],
  ['timeout', 0],
  ['change', 'cmd'],
  ['onStart', true],
  ['onResult', 1],
  ['signal', {}],
])('the option %s is not %j', (name, value) => {
  const read = () => readOptions({ [name]: value }, CHECK_OPTIONS)
  expect(read).toThrow(new RegExp(`^${name}: expected `))
})

it('an unknown option is refused by name', () => {
  expect(() => readOptions({ byte: 1 }, CHECK_OPTIONS)).toThrow(/bytes/)
})
