import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fieldValue, fieldValues } from '../../src/http/field-value.js'
import { anyText } from '../fixture/any-text.js'

const refusal = (name: string, received: string) =>
  expect.objectContaining({
    code: 'BAD_FIELD',
    facts: expect.objectContaining({ field: name, received }),
  })

describe('fieldValue', () => {
  it.each([
    ['ASCII', 'attachment; filename="a.mp4"', 'attachment; filename="a.mp4"'],
    ['a tab', 'a\tb', 'a\tb'],
    ['nothing', '', ''],
    ['Latin-1', 'Über', 'Über'],
    ['received UTF-8', '\xe6\x97\xa5\x9b', '\xe6\x97\xa5\x9b'],
    ['U+010A, whose low byte is a line feed', 'Ċ', '\xc4\x8a'],
    ['characters above U+00FF', '日本', '\xe6\x97\xa5\xe6\x9c\xac'],
    ['Latin-1 beside characters above U+00FF', 'Ü日', '\xc3\x9c\xe6\x97\xa5'],
    ['a character of four bytes', '🎬', '\xf0\x9f\x8e\xac'],
    ['a lone surrogate', '\ud800', '\xef\xbf\xbd'],
  ])('a value of %s (%j) is written as %j', (_what, value, want) => {
    expect(fieldValue('x', value)).toBe(want)
  })

  it.each(
    [...Array(32).keys(), 127]
      .filter((code) => code !== 9)
      .flatMap((code) => ['', '日'].map((before) => [code, before] as const)),
  )('refuses the control character %i behind %j, with the name of the field', (code, before) => {
    const received = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
    const value = `secret${before}${String.fromCharCode(code)}`
    expect(() => fieldValue('x-own', value)).toThrow(refusal('x-own', received))
    expect(() => fieldValue('x-own', value)).not.toThrow(/secret/)
  })

  it('returns bytes without control characters for any text, or throws BAD_FIELD', () => {
    fc.assert(
      fc.property(anyText('\r\n', 'Ċ', '日', '\x7f', '\x9b', 'Ü'), (text) => {
        const refused = [...text].some((char) => (char < ' ' && char !== '\t') || char === '\x7f')
        if (refused) {
          expect(() => fieldValue('x', text)).toThrow(
            expect.objectContaining({ code: 'BAD_FIELD' }),
          )
          return
        }
        const bytes = fieldValue('x', text)
        expect(bytes).toMatch(/^[\t\x20-\x7e\x80-\xff]*$/)
        const isLatin1 = /^[\0-\xff]*$/.test(text)
        expect(Buffer.from(bytes, 'latin1')).toEqual(
          Buffer.from(text, isLatin1 ? 'latin1' : 'utf8'),
        )
        expect(fieldValue('x', bytes)).toBe(bytes)
      }),
    )
  })
})

describe('fieldValues', () => {
  it.each<[unknown, string | string[]]>([
    [5, '5'],
    [
      ['a', 2, '日'],
      ['a', '2', '\xe6\x97\xa5'],
    ],
    [[], []],
  ])('of %j are %j', (value, want) => {
    expect(fieldValues('x', value)).toEqual(want)
  })
})
