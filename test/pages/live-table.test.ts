import { expect, it } from 'vitest'
import { liveTable, tableRow } from '../../src/pages/live-table.js'

it('tableRow names the column of each cell for narrow screens', () => {
  expect(tableRow(['A', 'B'], ['1', '2'])).toBe(
    '<tr><td data-label="A">1</td><td data-label="B">2</td></tr>',
  )
})

it('liveTable shows either its rows or that there are none', () => {
  const full = liveTable('x', ['A'], [['1']], 'Nothing.')
  expect(full).toContain('<table class="lb-cards" aria-labelledby="x-title">')
  expect(full).toContain('<th scope="col">A</th>')
  expect(full).toContain('<p id="no-x" hidden>Nothing.</p>')
  const empty = liveTable('x', ['A'], [], 'Nothing.')
  expect(empty).toContain('aria-labelledby="x-title" hidden>')
  expect(empty).toContain('<p id="no-x">Nothing.</p>')
})
