import fc from 'fast-check'
import { expect, it } from 'vitest'
import { printableLines, printableText } from '../src/printable-text.js'
import { anyText } from './fixture/any-text.js'

it.each([
  ['/films/ä 日 🎬.mp4', '/films/ä 日 🎬.mp4'],
  ['a\x1b[31mb', 'a\\u001b[31mb'],
  ['a\u009b2Jb', 'a\\u009b2Jb'],
  ['a\r\nb\tc\0\x7f', 'a\\u000d\\u000ab\\u0009c\\u0000\\u007f'],
  ['a\u2028b\u2029', 'a\\u2028b\\u2029'],
  ['gpj.\u202eexe', 'gpj.\\u202eexe'],
])('printableText writes %j as %j', (text, want) => {
  expect(printableText(text)).toBe(want)
})

it('printableLines keeps line ends alone', () => {
  expect(printableLines('a\x1b\n\tb\r\n')).toBe('a\\u001b\n\\u0009b\\u000d\n')
})

it('printableText leaves JSON of any text the same JSON, without a character that acts', () => {
  fc.assert(
    fc.property(anyText('\x1b', '\x9b', '\u2028', '\u202e', '\\', '"'), (text) => {
      const line = printableText(JSON.stringify({ text }))
      expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u)
      expect(JSON.parse(line)).toEqual({ text })
    }),
  )
})
