import { expect, it } from 'vitest'
import { faultsPage } from '../../../src/pages/faults-page.js'
import { byId, watchedElements } from '../../../src/pages/scripts/page-elements.js'
import { transfersPage } from '../../../src/pages/transfers-page.js'

const page = (html: string) => ({
  getElementById: (id: string) => (html.includes(` id="${id}"`) ? ({ id } as HTMLElement) : null),
})

it.each([
  ['transfers', transfersPage(undefined)],
  ['faults', faultsPage(undefined)],
])('watchedElements are on the page of the %s', (_name, html) => {
  expect(watchedElements(page(html)).accessError.id).toBe('access-error')
})

it('byId names an id that is missing', () => {
  expect(() => byId('x', page(''))).toThrow('expected an element with the id x')
})
