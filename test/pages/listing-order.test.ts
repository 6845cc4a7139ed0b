import { describe, expect, it } from 'vitest'
import { TimeSlices } from '../../src/async/time-slices.js'
import type { ListedEntry } from '../../src/pages/listed-entry.js'
import { filterEntries, sortEntries } from '../../src/pages/listing-order.js'

const slices = new TimeSlices(new AbortController().signal)
const entry = (name: string, more: Partial<ListedEntry> = {}): ListedEntry => {
  return { name, kind: 'file', size: 1, lastModified: 1, ...more }
}
const namesOf = (entries: readonly ListedEntry[]) => entries.map(({ name }) => name).join(' ')

describe('sortEntries', () => {
  it.each([
    { what: 'by name', names: ['b', 'a', 'c'], want: ['a', 'b', 'c'] },
    { what: 'numbers in numeric order', names: ['film 10', 'film 2'], want: ['film 2', 'film 10'] },
    {
      what: 'letters by the alphabet, not by code units',
      names: ['z', 'É', 'a'],
      want: ['a', 'É', 'z'],
    },
    {
      what: 'directories before files',
      names: ['a', 'z/', 'b', 'y/'],
      want: ['y/', 'z/', 'a', 'b'],
    },
    { what: 'an empty list', names: [], want: [] },
  ])('sorts $what, without changing its argument', async ({ names, want }) => {
    const listed = names.map((name: string) => {
      return name.endsWith('/') ? entry(name, { kind: 'directory' }) : entry(name)
    })
    const before = [...listed]
    expect((await sortEntries(listed, slices)).map(({ name }) => name)).toEqual(want)
    expect(listed).toEqual(before)
  })

  const entries = [
    entry('z', { kind: 'directory', size: 0, lastModified: 5 }),
    entry('y', { kind: 'directory', size: 4096, lastModified: 6 }),
    entry('b', { size: 20, lastModified: 3 }),
    entry('a', { size: 100, lastModified: 2 }),
    entry('d', { size: 20, lastModified: 9 }),
    entry('c', { size: 20, lastModified: Number.NaN }),
  ]
  it.each([
    { sort: 'name', order: 'asc', want: 'y z a b c d' },
    { sort: 'name', order: 'desc', want: 'z y d c b a' },
    { sort: 'size', order: 'asc', want: 'y z b c d a' },
    { sort: 'size', order: 'desc', want: 'y z a b c d' },
    { sort: 'date', order: 'asc', want: 'z y a b d c' },
    { sort: 'date', order: 'desc', want: 'y z d b a c' },
  ] as const)(
    'sorts by $sort $order: directories first, equal ones by name, an unknown date last',
    async ({ sort, order, want }) => {
      expect(namesOf(await sortEntries(entries, slices, { sort, order }))).toBe(want)
    },
  )
})

describe('filterEntries', () => {
  const entries = ['Film 1.mp4', 'film 2.webm', 'notes.txt'].map((name) => entry(name))
  it.each([
    ['', 'Film 1.mp4 film 2.webm notes.txt'],
    ['film', 'Film 1.mp4 film 2.webm'],
    ['mp4 FILM', 'Film 1.mp4'],
    ['nothing', ''],
  ])('keeps the names with the words of "%s"', async (filter, want) => {
    expect(namesOf(await filterEntries(entries, slices, { filter }))).toBe(want)
  })
})
