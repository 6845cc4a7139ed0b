import { escapeHtml } from '../escape-html.js'

/**
 * The content of the dialog that lists the keys of a page. Its title has the id `keys`.
 *
 * @param keys rows of keys, separated by spaces, and what they do
 */
export function keySheet(keys: readonly (readonly [string, string])[]): string {
  const rows = keys.map(([pressed, effect]) => {
    const each = pressed.split(' ').map((key) => `<kbd>${escapeHtml(key)}</kbd>`)
    return `<dt>${each.join(' ')}</dt><dd>${escapeHtml(effect)}</dd>`
  })
  return `<h2 id="keys">Keys</h2><dl>${rows.join('')}</dl><form method="dialog"><button>Close</button></form>`
}
