import { describe, expect, it } from 'vitest'
import { LiveTable, type TablePage } from '../../../src/pages/scripts/live-table.js'

/** An element with the few members that a table uses. */
class FakeElement {
  children: FakeElement[] = []
  parent: FakeElement | undefined
  innerHTML = ''
  hidden = false
  focused = false
  table: FakeElement | undefined
  get content() {
    const row = new FakeElement()
    row.children = Array.from(this.innerHTML.matchAll(/<td[^>]*>(.*?)<\/td>/g), ([, html]) => {
      return Object.assign(new FakeElement(), { innerHTML: html, parent: row })
    })
    return { firstElementChild: row }
  }
  replaceChildren() {
    this.children = []
  }
  append(...rows: FakeElement[]) {
    for (const row of rows) row.parent = this
    this.children = [...this.children, ...rows]
  }
  prepend(...rows: FakeElement[]) {
    for (const row of rows) row.parent = this
    this.children = [...rows, ...this.children]
  }
  remove() {
    if (this.parent) this.parent.children = this.parent.children.filter((each) => each !== this)
  }
  contains(other: FakeElement | null) {
    return other !== null && (other === this || this.children.includes(other))
  }
  closest() {
    return this.table
  }
  focus() {
    this.focused = true
  }
}

function scene(end: 'prepend' | 'append') {
  const [body, table, none, title] = Array.from({ length: 4 }, () => new FakeElement()) as [
    FakeElement,
    FakeElement,
    FakeElement,
    FakeElement,
  ]
  body.table = table
  body.append(new FakeElement())
  const elements: Record<string, FakeElement> = { rows: body, 'no-rows': none, 'rows-title': title }
  const page = {
    activeElement: null as FakeElement | null,
    getElementById: (id: string) => elements[id] ?? null,
    createElement: () => new FakeElement(),
  }
  const live = new LiveTable(page as unknown as TablePage, 'rows', ['A', 'B'], end)
  const texts = () =>
    body.children.map(({ children }) => children.map(({ innerHTML }) => innerHTML))
  return { live, body, table, none, title, page, texts }
}

const row = (id: string, ...cells: string[]) => ({ id, cells })

describe('a live table', () => {
  it('shows the rows of each state, new ones at its end or at its beginning', () => {
    const older = scene('append')
    older.live.show([row('a', '1', 'x')])
    older.live.show([row('a', '1', 'x'), row('b', '2', 'y')])
    expect(older.texts()).toEqual([
      ['1', 'x'],
      ['2', 'y'],
    ])
    const newer = scene('prepend')
    newer.live.show([row('a', '1', 'x')])
    newer.live.show([row('b', '2', 'y'), row('a', '1', 'x')])
    expect(newer.texts()[0]).toEqual(['2', 'y'])
  })

  it('changes single cells of a row that stays', () => {
    const { live, body, texts } = scene('append')
    live.show([row('a', '1', 'x')])
    const [cells] = body.children.map(({ children }) => children)
    live.show([row('a', '2', 'x')])
    expect(texts()).toEqual([['2', 'x']])
    expect(body.children[0]?.children).toBe(cells)
  })

  it('is hidden without rows, when a text says that there are none', () => {
    const { live, table, none } = scene('append')
    live.show([])
    expect([table.hidden, none.hidden]).toEqual([true, false])
    live.show([row('a', '1', 'x')])
    expect([table.hidden, none.hidden]).toEqual([false, true])
  })

  it('moves the focus to its title when the row that had it is gone', () => {
    const { live, body, title, page } = scene('append')
    live.show([row('a', '1', 'x'), row('b', '2', 'y')])
    page.activeElement = body.children[0]?.children[1] ?? null
    live.show([row('a', '1', 'x')])
    expect(title.focused).toBe(false)
    live.show([])
    expect(title.focused).toBe(true)
  })
})
