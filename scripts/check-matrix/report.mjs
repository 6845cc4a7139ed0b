// The results of the matrix as Markdown, and their place in docs/check.md.

export const BEGIN = '<!-- matrix:begin -->'
export const END = '<!-- matrix:end -->'

const HEAD = ['server', 'version', 'date', 'level', 'failed', 'advice not followed']

/**
 * The results in Markdown.
 *
 * @param rows one for each server, as `checkServer` returns them
 */
export function reportOf(rows) {
  const table = [HEAD, HEAD.map(() => '---'), ...rows.map(cellsOf)]
  const settings = rows.filter(({ setting }) => setting !== undefined)
  return [
    table.map((cells) => `| ${cells.join(' | ')} |`).join('\n'),
    'The servers have their default settings, except:',
    settings.map(({ name, setting }) => `- ${name}: ${setting}`).join('\n'),
  ].join('\n\n')
}

function cellsOf({ name, version, date, level, failed, advice }) {
  return [name, version, date, level, failed, advice].map((cell) =>
    Array.isArray(cell) ? linksOf(cell) : cell,
  )
}

function linksOf(checks) {
  if (checks.length === 0) return '–'
  return checks.map(({ id, group }) => `[${id}](checks/${group}.md#${id})`).join(', ')
}

/** Rows of an earlier run, with those of this run in their places. */
export function mergeRows(earlier, rows, order) {
  const all = new Map([...earlier, ...rows].map((row) => [row.id, row]))
  return order.map((id) => all.get(id)).filter((row) => row !== undefined)
}

/** Replaces the text between the marks of a document. */
export function insertInto(document, generated) {
  const [start, end] = [document.indexOf(BEGIN), document.indexOf(END)]
  if (start === -1 || end < start) {
    throw new Error(`Cannot write the document: expected ${BEGIN} followed by ${END}`)
  }
  return `${document.slice(0, start + BEGIN.length)}\n\n${generated.trim()}\n\n${document.slice(end)}`
}
