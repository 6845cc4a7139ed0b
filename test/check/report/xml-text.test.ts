import fc from 'fast-check'
import { expect, it } from 'vitest'
import { xmlLines, xmlText } from '../../../src/check/report/xml-text.js'

it.each([
  [`<a b="c" d='e'>&`, '&lt;a b=&quot;c&quot; d=&apos;e&apos;&gt;&amp;'],
  [']]>', ']]&gt;'],
  ['\u0000\u001b\n', '\\u0000\\u001b\\u000a'],
  ['\ud800\uffff\u{1f600}', '\ufffd\ufffd\u{1f600}'],
])('%j in XML is %s', (text, escaped) => {
  expect(xmlText(text)).toBe(escaped)
})

it('lines stay lines', () => {
  expect(xmlLines('a\n<')).toBe('a\n&lt;')
})

it('no text has a character that XML 1.0 does not have', () => {
  const ALLOWED = /^(&(amp|lt|gt|quot|apos);|[^&<>"'\p{Cc}\p{Cs}\ufffe\uffff])*$/u
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(xmlText(text)).toMatch(ALLOWED)
    }),
  )
})
