import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { element, find } from '../../../src/pages/scripts/element.js'
import { asFake, fakeDocument } from '../../fixture/fake-document.js'

beforeEach(fakeDocument)
afterEach(() => vi.unstubAllGlobals())

it('element has the properties and the children', () => {
  const created = asFake(element('p', { id: 'a' }, 'text ', element('b', { textContent: 'bold' })))
  expect([created.tagName, created.id, created.text]).toEqual(['p', 'a', 'text bold'])
})

it('find searches the document, or an element', () => {
  vi.stubGlobal('document', { querySelector: (selector: string) => `document ${selector}` })
  expect(find('#a')).toBe('document #a')
  const within = { querySelector: (selector: string) => `element ${selector}` }
  expect(find('#a', within as unknown as ParentNode)).toBe('element #a')
})
