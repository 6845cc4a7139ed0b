import { expect, it } from 'vitest'
import { type Row, rowChanges } from '../../../src/pages/scripts/row-changes.js'

const shown = (rows: readonly Row[]) => new Map(rows.map((row) => [row.id, row]))
const A = { id: 'a', cells: ['1', 'x'] }
const B = { id: 'b', cells: ['2', 'y'] }

it('rowChanges names rows that are gone and new ones, and single cells of the others', () => {
  const changes = rowChanges(shown([A, B]), [
    { id: 'b', cells: ['3', 'y'] },
    { id: 'c', cells: ['4', 'z'] },
  ])
  expect(changes).toEqual({
    removed: ['a'],
    added: [{ id: 'c', cells: ['4', 'z'] }],
    cells: [{ id: 'b', index: 0, html: '3' }],
  })
})

it('rowChanges changes nothing of an equal state', () => {
  expect(rowChanges(shown([A, B]), [A, B])).toEqual({ removed: [], added: [], cells: [] })
})
