import { expect, it } from 'vitest'
import { escapeHtml } from '../../src/pages/escape-html.js'

it('escapeHtml escapes every character that can end an element or a quoted attribute', () => {
  expect(escapeHtml(`<a href="b" c='d'>&`)).toBe('&#60;a href=&#34;b&#34; c=&#39;d&#39;&#62;&#38;')
})
