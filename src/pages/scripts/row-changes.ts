/** A row of a live table: the contents of its cells in HTML. */
export interface Row {
  readonly id: string
  readonly cells: readonly string[]
}

/** What makes the rows of a table those of a new state. */
export interface RowChanges {
  readonly removed: readonly string[]
  /** In the order of the new state. */
  readonly added: readonly Row[]
  /** Single cells, so that a button in another cell keeps the focus. */
  readonly cells: readonly { readonly id: string; readonly index: number; readonly html: string }[]
}

/** The changes from the rows that are shown to those of a new state. */
export function rowChanges(shown: ReadonlyMap<string, Row>, rows: readonly Row[]): RowChanges {
  const next = new Set(rows.map(({ id }) => id))
  return {
    removed: [...shown.keys()].filter((id) => !next.has(id)),
    added: rows.filter(({ id }) => !shown.has(id)),
    cells: rows.flatMap(({ id, cells }) => {
      const before = shown.get(id)?.cells
      if (before === undefined) return []
      return cells.flatMap((html, index) => (before[index] === html ? [] : [{ id, index, html }]))
    }),
  }
}
