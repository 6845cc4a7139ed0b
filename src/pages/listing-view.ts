/** What the query of a listing's URL says about its order and its form. */
export interface ListingView {
  readonly sort: 'name' | 'size' | 'date'
  readonly order: 'asc' | 'desc'
  /** Words that the listed names contain; empty for all names. */
  readonly filter: string
  readonly form: 'list' | 'grid'
  /** Whether the query names a form: a page does not apply another one that the browser remembers. */
  readonly formIsNamed: boolean
}

/** Reads `?sort=name|size|date&order=asc|desc&q=words&view=list|grid`. Unknown values count as absent. */
export function readListingView(query: string): ListingView {
  const read = new URLSearchParams(query)
  const form = oneOf(read.get('view'), 'list', 'grid')
  return {
    sort: oneOf(read.get('sort'), 'name', 'size', 'date') ?? 'name',
    order: oneOf(read.get('order'), 'asc', 'desc') ?? 'asc',
    filter: read.get('q')?.trim() ?? '',
    form: form ?? 'list',
    formIsNamed: form !== undefined,
  }
}

function oneOf<T extends string>(value: string | null, ...known: T[]): T | undefined {
  return known.find((each) => each === value)
}
