// The results of the matrix as Markdown, and their place in docs/check.md.

export const BEGIN = '<!-- matrix:begin -->'
export const END = '<!-- matrix:end -->'

const INTRODUCTION = `Each failure was reproduced by hand. \`$URL\` is that of the film, \`$PAGE\` that of the page.
\`$ETAG\` and \`$DATE\` are ETag and Last-Modified of the response without conditions, \`TAG\` is the ETag without its quotes.
\`$EARLIER\` and \`$LATER\` are a second beside \`$DATE\`, \`$NOW\` is the Date of a response. \`./change\` changes the file: its film
had 48 MiB, more than the buffers between server and client hold.`

const HEAD = ['server', 'version', 'date', 'level', 'failed', 'advice not followed']

/**
 * The results in Markdown.
 *
 * @param rows one for each server, as `checkServer` returns them
 * @param reproductions how failures were reproduced by hand: id of a check → id of a server → curl line and what
 *   the server sent
 */
export function reportOf(rows, reproductions = {}) {
  const table = [HEAD, HEAD.map(() => '---'), ...rows.map(cellsOf)]
  const settings = rows.filter(({ setting }) => setting !== undefined)
  return [
    table.map((cells) => `| ${cells.join(' | ')} |`).join('\n'),
    'The servers have their default settings, except:',
    settings.map(({ name, setting }) => `- ${name}: ${setting}`).join('\n'),
    ...rows.filter(({ ends }) => ends?.times > 0).map(endsOf),
    ...reproducedOf(rows, reproductions),
  ].join('\n\n')
}

function endsOf({ name, ends: { times, reasons } }) {
  const said = reasons.map((reason) => `\`${reason}\``).join(', ')
  return `The process of ${name} ended ${times} times during the checks (${said}), and was started again.`
}

/** The failures that were reproduced: each curl line once, with what the servers sent that fail the check. */
function reproducedOf(rows, reproductions) {
  const items = Object.entries(reproductions).flatMap(([id, servers]) => {
    const shown = rows.filter((row) => row.id in servers && failuresOf(row).includes(id))
    return Object.entries(groupedBy(shown, (row) => servers[row.id].curl)).map(([curl, alike]) => {
      const told = alike.map((row) => `  - ${row.name}: ${servers[row.id].sent}`)
      return [`- ${id}: \`${curl}\``, ...told].join('\n')
    })
  })
  if (items.length === 0) return []
  return ['### What the servers sent to curl', INTRODUCTION, items.join('\n')]
}

/**
 * The failures of other servers that nobody has reproduced by hand, as `server: check`. They may be the checker's own,
 * so they are not written to the page.
 */
export function unreproduced(rows, reproductions) {
  return rows
    .filter(({ id }) => !id.startsWith('lastbyte'))
    .flatMap((row) =>
      failuresOf(row)
        .filter((check) => reproductions[check]?.[row.id] === undefined)
        .map((check) => `${row.id}: ${check}`),
    )
}

function groupedBy(items, keyOf) {
  const groups = {}
  for (const item of items) {
    groups[keyOf(item)] ??= []
    groups[keyOf(item)].push(item)
  }
  return groups
}

const failuresOf = ({ failed }) => failed.map(({ id }) => id)

function cellsOf({ name, version, date, level, failed, advice }) {
  return [name, version, date, level, failed, advice].map((cell) =>
    Array.isArray(cell) ? linksOf(cell) : cell,
  )
}

function linksOf(checks) {
  if (checks.length === 0) return '–'
  return checks.map(({ id, group }) => `[${id}](checks/${group}.md#${id})`).join(', ')
}

/** What of a row the page and its journey need: without requests and responses, which differ at each run. */
export function kept({ failed, advice, skipped: _skipped, cost: _cost, ...row }) {
  const named = ({ id, group, strength }) => ({ id, group, strength })
  return { ...row, failed: failed.map(named), advice: advice.map(named) }
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
