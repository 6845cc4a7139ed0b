import fc from 'fast-check'
import { expect, it } from 'vitest'
import { wrapText, wrapWords } from '../../../src/check/report/wrap-text.js'

it('a text is divided between words, and inside of those that are longer than a line', () => {
  expect(wrapText('one two three', 7)).toEqual(['one two', 'three'])
  expect(wrapText('a longword', 4)).toEqual(['a', 'long', 'word'])
  expect(wrapText('', 10)).toEqual([''])
})

it('words stay whole, and each line but the last has the mark of a continuation', () => {
  expect(wrapWords(['curl', '-H a', 'http://a-long-host/'], 10, ' \\')).toEqual([
    'curl \\',
    '-H a \\',
    'http://a-long-host/',
  ])
  expect(wrapWords([], 10)).toEqual([])
})

it('a text in lines has all its words, and no line is too long', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 30 }), (text, width) => {
      const lines = wrapText(text, width)
      expect(lines.every((line) => line.length <= width)).toBe(true)
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
    }),
  )
})
