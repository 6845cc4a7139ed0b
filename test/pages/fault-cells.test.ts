import { describe, expect, it } from 'vitest'
import type { JournalEntry } from '../../src/fault/journal.js'
import {
  faultText,
  JOURNAL_COLUMNS,
  journalCells,
  RULE_COLUMNS,
  ruleCells,
} from '../../src/pages/fault-cells.js'

const ENTRY: JournalEntry = {
  rule: 'cut',
  attempt: 2,
  method: 'GET',
  path: '/a.mp4',
  range: 'bytes=5-',
  fault: { kind: 'truncate', at: 1000 },
  outcome: 'injected',
  status: 206,
  written: 1000,
  confirmed: 900,
  ended: 'fin',
}

describe('the cells of an armed rule', () => {
  it('show its requests, faults and what is left, one for each column', () => {
    const cells = ruleCells({
      id: 'cut',
      match: { path: '/a/**', attempt: [1, 2] },
      fault: [
        { kind: 'chunked' },
        { kind: 'truncate', at: { between: [1, 2] } } as { kind: string },
      ],
      times: 2,
      left: 1,
      probability: 0.5,
    })
    expect(cells).toHaveLength(RULE_COLUMNS.length)
    expect(cells[0]).toBe('<bdi>cut</bdi>')
    expect(cells[1]).toBe(
      '<bdi dir="auto">path /a/**, attempt [1,2]</bdi> <small>50 % of them</small>',
    )
    expect(cells[2]).toBe('<code>chunked</code> <code>truncate at {&#34;between&#34;:[1,2]}</code>')
    expect(cells[3]).toBe('1 of 2')
    expect(cells[4]).toContain('data-disarm="cut" aria-label="Disarm cut"')
  })

  it('show a rule for all requests without a limit', () => {
    const cells = ruleCells({ id: 'a', fault: { kind: 'chunked' }, probability: 1 })
    expect(cells[1]).toBe('<bdi dir="auto">all</bdi> ')
    expect(cells[3]).toBe('no limit')
  })
})

describe('the cells of an entry of the journal', () => {
  it('show what was meant and what was sent, one for each column', () => {
    const cells = journalCells(ENTRY)
    expect(cells).toHaveLength(JOURNAL_COLUMNS.length)
    expect(cells[0]).toContain('<bdi dir="auto">/a.mp4</bdi>')
    expect(cells[0]).toContain('<bdi>GET</bdi> · <bdi>bytes=5-</bdi> · <bdi>attempt 2</bdi>')
    expect(cells.slice(1, 4)).toEqual([
      '<bdi>cut</bdi>',
      '<code>truncate at 1000</code>',
      '<span class="lb-ok">injected</span>',
    ])
    expect(cells[4]).toContain('206 <small>1.0 kB sent</small> <small>900 bytes confirmed</small>')
    expect(cells[5]).toBe('fin')
  })

  it('show a fault of the request itself, without a status', () => {
    const own = { rule: null, range: null, status: null, confirmed: null, ended: null } as const
    const cells = journalCells({ ...ENTRY, ...own, outcome: 'not reached' })
    expect(cells[1]).toBe('the request itself')
    expect(cells[3]).toBe('<span class="lb-muted">not reached</span>')
    expect(cells[4]).toBe('no status <small>1.0 kB sent</small>')
  })

  it('are escaped', () => {
    const cells = journalCells({
      ...ENTRY,
      path: '/<img src=x>\u202e',
      range: '"><b>',
      rule: '<i>',
    })
    expect(cells.join()).not.toMatch(/<img|<b>|<i>|\u202e/)
  })
})

it('faultText writes a fault in words', () => {
  expect(faultText({ kind: 'chunked' })).toBe('chunked')
  expect(faultText({ kind: 'status', status: 503, fields: { a: 'b' } } as never)).toBe(
    'status status 503 fields {"a":"b"}',
  )
})
