import { printableText } from '../printable-text.js'
import type { RequestEntry } from './request-entry.js'

/** Rows of a table; of more entries the newest are shown. */
const MOST_ROWS = 20
const WIDEST = 48

/** The entries as a table for messages, a row each, without columns that would be empty. */
export function requestTable(entries: readonly RequestEntry[]): string {
  if (entries.length === 0) return '  (no request has arrived)'
  const shown = entries.slice(-MOST_ROWS)
  const rows = shown.map(cellsOf)
  const columns = COLUMNS.filter((_, index) => rows.some((row) => row[index] !== ''))
  const kept = rows.map((row) => row.filter((_, index) => columns.includes(COLUMNS[index] ?? '')))
  const lines = [columns, ...kept]
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)))
  const text = lines.map((line) =>
    `  ${line.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd(),
  )
  const hidden = entries.length - shown.length
  return [...(hidden > 0 ? [`  (${hidden} earlier requests are not shown)`] : []), ...text].join(
    '\n',
  )
}

const COLUMNS = [
  '#',
  'request',
  'range',
  'if-range',
  'if-match',
  'status',
  'sent',
  'bytes',
  'ended',
  'faults',
]

function cellsOf(entry: RequestEntry): string[] {
  const { number, method, path, query, range, ifRange, ifMatch, status, contentRange } = entry
  const faults = entry.faults
    .filter(({ outcome }) => outcome === 'injected')
    .map(({ kind }) => kind)
  return [
    String(number),
    `${method} ${path}${query}`,
    range ?? '',
    ifRange ?? '',
    ifMatch ?? '',
    status === null ? '-' : String(status),
    contentRange ?? '',
    String(entry.written),
    entry.ended ?? 'running',
    faults.join(', '),
  ].map(shorten)
}

function shorten(text: string): string {
  const printable = printableText(text)
  return printable.length > WIDEST ? `${printable.slice(0, WIDEST - 1)}…` : printable
}
