import type { TimeSlices } from '../async/time-slices.js'
import type { ListedEntry } from './listed-entry.js'
import type { ListingView } from './listing-view.js'
import { foldName, nameFilter } from './name-filter.js'

/**
 * Sorts directories before files, and both by the view: by name with numbers in numeric order (2 before 10), by size,
 * or by date. Directories have no size. Equal ones are sorted by name, in ascending order.
 */
export function sortEntries<T extends ListedEntry>(
  entries: readonly T[],
  slices: TimeSlices,
  { sort, order }: Pick<ListingView, 'sort' | 'order'> = { sort: 'name', order: 'asc' },
): Promise<T[]> {
  const byName = new Intl.Collator('en', { numeric: true })
  const sign = order === 'asc' ? 1 : -1
  return slices.sorted(entries, (a, b) => {
    if (a.kind !== b.kind) return a.kind === 'directory' ? -1 : 1
    const names = byName.compare(a.name, b.name)
    if (sort === 'name' || (sort === 'size' && a.kind === 'directory')) {
      return (sort === 'name' ? sign : 1) * names
    }
    const key = sort === 'size' ? 'size' : 'lastModified'
    return compareNumbers(a[key], b[key], sign) || names
  })
}

/** A number that is unknown comes last in both orders. */
function compareNumbers(a: number, b: number, sign: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b))
  return sign * (a - b)
}

/** The entries whose names contain the words of the filter. */
export async function filterEntries<T extends ListedEntry>(
  entries: readonly T[],
  slices: TimeSlices,
  { filter }: Pick<ListingView, 'filter'>,
): Promise<readonly T[]> {
  if (filter === '') return entries
  const matches = nameFilter(filter)
  const kept = await slices.map(entries, (entry) => (matches(foldName(entry.name)) ? [entry] : []))
  return kept.flat()
}
