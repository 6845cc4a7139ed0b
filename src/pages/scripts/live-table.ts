import { tableRow } from '../live-table.js'
import { type Row, rowChanges } from './row-changes.js'

/** The members of a page that a table uses. */
export interface TablePage {
  getElementById(id: string): HTMLElement | null
  createElement(name: 'template'): HTMLTemplateElement
  readonly activeElement: Element | null
}

/** A table that the server has rendered, whose rows are kept up to date. */
export class LiveTable {
  #shown = new Map<string, Row>()
  readonly #rows = new Map<string, HTMLElement>()

  /**
   * Empties the table: its rows as the server has rendered them have no ids.
   *
   * @param end where new rows are added
   */
  constructor(
    private readonly page: TablePage,
    private readonly id: string,
    private readonly columns: readonly string[],
    private readonly end: 'prepend' | 'append',
  ) {
    this.#element(id)?.replaceChildren()
  }

  /** Shows these rows, and no others. Cells that are the same stay as they are, with the focus. */
  show(rows: readonly Row[]): void {
    const { removed, added, cells } = rowChanges(this.#shown, rows)
    for (const row of removed) this.#remove(row)
    this.#element(this.id)?.[this.end](...added.map((row) => this.#create(row)))
    for (const { id, index, html } of cells) {
      const cell = this.#rows.get(id)?.children[index]
      if (cell !== undefined) cell.innerHTML = html
    }
    this.#shown = new Map(rows.map((row) => [row.id, row]))
    const table = this.#element(this.id)?.closest('table')
    const none = this.#element(`no-${this.id}`)
    if (table) table.hidden = rows.length === 0
    if (none) none.hidden = rows.length > 0
  }

  #remove(id: string): void {
    const row = this.#rows.get(id)
    this.#rows.delete(id)
    const hadFocus = row?.contains(this.page.activeElement) === true
    row?.remove()
    // Otherwise the focus would be at the beginning of the page.
    if (hadFocus) this.#element(`${this.id}-title`)?.focus()
  }

  #create({ id, cells }: Row): HTMLElement {
    const template = this.page.createElement('template')
    template.innerHTML = tableRow(this.columns, cells)
    const row = template.content.firstElementChild as HTMLElement
    this.#rows.set(id, row)
    return row
  }

  #element(id: string): HTMLElement | null {
    return this.page.getElementById(id)
  }
}
