import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseUrl } from '../../src/http/parse-url.js'

it.each([
  ['http://h/a', undefined, 'http://h/a'],
  ['/b', 'http://h/a', 'http://h/b'],
  [new URL('http://h/a'), undefined, 'http://h/a'],
  ['/b', new URL('http://h/a'), 'http://h/b'],
  ['/b', undefined, undefined],
  ['http://', undefined, undefined],
  ['', undefined, undefined],
  ['http://x\u00c3\u0082', undefined, undefined],
])('%j below %j is %j', (text, base, href) => {
  expect(parseUrl(text, base)?.href).toBe(href)
})

it('No text throws', () => {
  const texts = fc.string({ unit: fc.nat(255).map((code) => String.fromCharCode(code)) })
  fc.assert(
    fc.property(texts, (text) => {
      expect(typeof parseUrl(`http://${text}`)).toMatch(/^(object|undefined)$/)
    }),
    { numRuns: 2000 },
  )
})
