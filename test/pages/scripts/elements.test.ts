import { afterEach, expect, it, vi } from 'vitest'
import { find, make } from '../../../src/pages/scripts/elements.js'

afterEach(() => vi.unstubAllGlobals())

it('find searches the document, or an element', () => {
  vi.stubGlobal('document', { querySelector: (selector: string) => `document ${selector}` })
  expect(find('#a')).toBe('document #a')
  const within = { querySelector: (selector: string) => `element ${selector}` }
  expect(find('#a', within as unknown as ParentNode)).toBe('element #a')
})

it('make creates an element with properties', () => {
  vi.stubGlobal('document', { createElement: (tag: string) => ({ tag }) })
  expect(make('p', { className: 'a' })).toEqual({ tag: 'p', className: 'a' })
})
