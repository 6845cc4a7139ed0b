import { request } from 'node:http'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isFieldValue, requireFields } from '../../src/http/caller-fields.js'

describe('requireFields', () => {
  it('returns fields by their lower-case names', () => {
    const fields = { Authorization: 'Bearer x', 'X-Latin': 'é\t', accept: '' }
    expect(requireFields('headers', fields)).toEqual({
      authorization: 'Bearer x',
      'x-latin': 'é\t',
      accept: '',
    })
  })

  it.each<[string, unknown, string]>([
    ['a name with a space', { 'x y': 'secret' }, 'U+0020 in "x…"'],
    ['a name with a value in it', { 'x:secret': '' }, 'U+003A in "x…"'],
    ['an empty name', { '': 'secret' }, 'an empty name'],
    ['a name beyond ASCII', { xé: 'secret' }, 'U+00E9 in "x…"'],
    ['a value with CR', { x: 'secret\r' }, 'U+000D at position 6'],
    ['a value with LF', { x: 'secret\ny: z' }, 'U+000A at position 6'],
    ['a value with NUL', { x: '\0secret' }, 'U+0000 at position 0'],
    ['a value with DEL', { x: '\x7fsecret' }, 'U+007F at position 0'],
    [
      'a value beyond Latin-1, which would be sent as LF',
      { x: 'secret\u010a' },
      'U+010A at position 6',
    ],
    ['a number', { x: 5 }, 'a number'],
    ['undefined', { x: undefined }, 'undefined'],
    ['null', { x: null }, 'null'],
    ['several values', { x: ['secret'] }, 'an object (Array)'],
    [
      'Headers, whose fields are no properties',
      new Headers({ x: 'secret' }),
      'an object (Headers)',
    ],
    ['pairs', [['x', 'secret']], 'an object (Array)'],
    ['a text', 'x: secret', 'a string'],
    ['null in place of fields', null, 'null'],
  ])('refuses %s, and does not repeat the value', (_what, fields, received) => {
    let error: unknown
    try {
      requireFields('headers', fields)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toMatchObject({ code: 'BAD_SETTING', facts: { setting: 'headers', received } })
    expect((error as Error).message).toMatch(/^headers: expected .*; received /)
    expect((error as Error).message).not.toContain('secret')
  })

  it('accepts nothing that node:http would refuse to send, and refuses nothing that it would send', () => {
    const name = fc.string({ maxLength: 3 })
    const value = fc.string({ maxLength: 3, unit: 'binary' })
    fc.assert(
      fc.property(name, value, (name, value) => {
        const asking = request({ host: '127.0.0.1', lookup: () => {} })
        asking.on('error', () => {})
        const accepts = (act: () => unknown) => {
          try {
            act()
            return true
          } catch {
            return false
          }
        }
        const sent = accepts(() => asking.setHeader(name, value))
        asking.destroy()
        expect(accepts(() => requireFields('headers', { [name]: value }))).toBe(sent)
      }),
    )
  })
})

describe('isFieldValue', () => {
  it.each([
    ['', true],
    ['a\tb é', true],
    ['a\nb', false],
    ['\u0100', false],
  ])('of %j is %s', (text, expected) => {
    expect(isFieldValue(text)).toBe(expected)
  })
})
