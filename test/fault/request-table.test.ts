import { expect, it } from 'vitest'
import { requestTable } from '../../src/fault/request-table.js'
import { requestEntry } from '../fixture/request-entry.js'

it('shows the columns that have values, aligned', () => {
  const entries = [
    requestEntry({ number: 9, written: 100, ended: 'fin' }),
    requestEntry({
      number: 10,
      range: 'bytes=100-',
      ifRange: '"v"',
      status: 206,
      contentRange: 'bytes 100-999/1000',
      written: 900,
      faults: [
        { rule: 'r', kind: 'latency', outcome: 'injected' },
        { rule: 'r', kind: 'truncate', outcome: 'not reached' },
      ],
    }),
    requestEntry({ number: 11, status: null, ended: null }),
  ]
  expect(requestTable(entries)).toBe(
    [
      '  #   request  range       if-range  status  sent                bytes  ended     faults',
      '  9   GET /a                         200                         100    fin',
      '  10  GET /a   bytes=100-  "v"       206     bytes 100-999/1000  900    complete  latency',
      '  11  GET /a                         -                           0      running',
    ].join('\n'),
  )
})

it('is short for many entries and long texts, and acts on no terminal', () => {
  const entries = Array.from({ length: 30 }, (_, index) =>
    requestEntry({ number: index + 1, path: `/\u001b[2J${'x'.repeat(500)}` }),
  )
  const lines = requestTable(entries).split('\n')
  expect(lines[0]).toBe('  (10 earlier requests are not shown)')
  expect(lines).toHaveLength(22)
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(120)
  expect(lines.join('')).not.toContain('\u001b')
})

it('says that there is nothing', () => {
  expect(requestTable([])).toBe('  (no request has arrived)')
})
