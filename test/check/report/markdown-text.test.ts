import { expect, it } from 'vitest'
import { markdownCode, markdownText } from '../../../src/check/report/markdown-text.js'

it('a text shows its characters as they are', () => {
  expect(markdownText('a|b *c* <img> [d](e) `f`')).toBe(
    'a\\|b \\*c\\* \\<img\\> \\[d\\]\\(e\\) \\`f\\`',
  )
  expect(markdownText('a\n# b')).toBe('a\\\\u000a\\# b')
})

it('code has a longer fence than the backticks in it', () => {
  expect(markdownCode('a')).toBe('` a `')
  expect(markdownCode('a``b`')).toBe('``` a``b` ```')
})
