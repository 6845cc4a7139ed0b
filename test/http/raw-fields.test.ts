import { describe, expect, it } from 'vitest'
import { fieldsOf, withRepeated } from '../../src/http/raw-fields.js'

const raw = (lines: string) => lines.split('|').flatMap((line) => line.split('='))

describe('fieldsOf', () => {
  it.each([
    ['A=1|B=2', { a: '1', b: '2' }],
    ['X-A=1|B=2|x-a=3', { 'x-a': ['1', '3'], b: '2' }],
    ['A=1|A=2|A=3', { a: ['1', '2', '3'] }],
    ['Set-Cookie=a', { 'set-cookie': ['a'] }],
    ['Set-Cookie=a|Set-Cookie=b', { 'set-cookie': ['a', 'b'] }],
    ['Cookie=a|Cookie=b', { cookie: 'a; b' }],
    ['ETag="a"|ETag="b"', { etag: ['"a"', '"b"'] }],
    ['A=\xe4', { a: '\xe4' }],
  ])('of %s keeps each line, in order', (lines, fields) => {
    expect(fieldsOf(raw(lines))).toEqual(fields)
  })

  it('has no inherited names', () => {
    const fields = fieldsOf(['__proto__', 'x'])
    expect(Object.entries(fields)).toEqual([['__proto__', 'x']])
  })
})

describe('withRepeated', () => {
  it('has the lines of a repeated field, and other fields as the application has set them', () => {
    const fields = { a: '1, 2', authorization: 'set', cookie: 'a; b' }
    const lines = raw('A=1|A=2|Authorization=sent|Cookie=a|Cookie=b|X-Removed=1|X-Removed=2')
    expect(withRepeated(fields, lines)).toEqual({ ...fields, a: ['1', '2'] })
  })

  it('is the same object where no field is repeated', () => {
    const fields = { a: '1' }
    expect(withRepeated(fields, raw('A=1|B=2'))).toBe(fields)
  })
})
