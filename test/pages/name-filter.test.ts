import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldName, nameFilter } from '../../src/pages/name-filter.js'

describe('nameFilter', () => {
  it.each([
    { filter: '', name: 'a', found: true },
    { filter: 'FILM', name: 'my film.mp4', found: true },
    { filter: 'mp4 my', name: 'my film.mp4', found: true },
    { filter: 'my webm', name: 'my film.mp4', found: false },
    { filter: 'cafe', name: 'Café.txt', found: true },
    { filter: 'É', name: 'e\u0301clair', found: true },
    { filter: 'פרק', name: 'סרט פרק 1.mp4', found: true },
    { filter: '🎬', name: '🎬.mp4', found: true },
    { filter: '.*', name: 'a.mp4', found: false },
    { filter: ' \t ', name: 'a', found: true },
  ])('"$filter" of "$name" is $found', ({ filter, name, found }) => {
    expect(nameFilter(filter)(foldName(name))).toBe(found)
  })

  it('finds any name by the name itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        expect(nameFilter(name)(foldName(name))).toBe(true)
      }),
    )
  })
})
