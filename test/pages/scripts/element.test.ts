import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { element } from '../../../src/pages/scripts/element.js'
import { asFake, fakeDocument } from '../../fixture/fake-document.js'

beforeEach(fakeDocument)
afterEach(() => vi.unstubAllGlobals())

it('element has the properties and the children', () => {
  const created = asFake(element('p', { id: 'a' }, 'text ', element('b', { textContent: 'bold' })))
  expect([created.tagName, created.id, created.text]).toEqual(['p', 'a', 'text bold'])
})
