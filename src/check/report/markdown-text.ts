import { printableText } from '../../printable-text.js'

/** Any text as inline Markdown that shows its characters as they are, also in a cell of a table. */
export function markdownText(text: string): string {
  return printableText(text).replace(/[\\`*_{}[\]()<>#|~&]/g, '\\$&')
}

/** Any text as inline code. */
export function markdownCode(text: string): string {
  const shown = printableText(text)
  const longest = Math.max(0, ...(shown.match(/`+/g) ?? []).map((run) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence} ${shown} ${fence}`
}
