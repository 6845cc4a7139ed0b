import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hasFewLevels, parseJson } from '../../src/http/parse-json.js'

const arrays = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
const objects = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`

describe('parseJson', () => {
  it('is JSON.parse for every value', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseJson(text)).toEqual(JSON.parse(text))
      }),
    )
  })

  it.each([
    ['arrays', arrays],
    ['objects', objects],
  ])('refuses %s in more than 500 levels, and 200,000', (_what, nested) => {
    expect(() => parseJson(nested(500))).not.toThrow()
    const message = 'expected JSON of at most 500 levels of arrays and objects; received more'
    expect(() => parseJson(nested(501))).toThrow(new SyntaxError(message))
    expect(() => parseJson(nested(200_000))).toThrow(new SyntaxError(message))
  })

  it('refuses malformed text as JSON.parse does', () => {
    expect(() => parseJson('{"a"')).toThrow(SyntaxError)
  })
})

describe('hasFewLevels', () => {
  const deep = arrays(2000)
  it.each([
    ['brackets within a string', JSON.stringify(deep), true],
    ['brackets within a string with quotes', JSON.stringify(`"\\"${deep}`), true],
    ['brackets within a string that ends in a backslash', JSON.stringify(`${deep}\\`), true],
    ['brackets after such a string', `["\\\\",${deep}]`, false],
    ['brackets after a string with an escaped quote', `["\\"",${deep}]`, false],
    ['many arrays beside each other', `[${'[],'.repeat(5000)}1]`, true],
    ['a string without an end', `"${deep}`, true],
  ])('of %s', (_what, text, expected) => {
    expect(hasFewLevels(text)).toBe(expected)
  })
})
