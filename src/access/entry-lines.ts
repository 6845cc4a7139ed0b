/** One entry of a file, or why its line is malformed. The reason never quotes the line, which is a secret. */
export type ParsedLine<T> =
  | { readonly kind: 'entry'; readonly entry: T }
  | { readonly kind: 'malformed'; readonly reason: string }

/** The entries of a file, or the first line that is malformed, counted from 1. */
export type ParsedLines<T> =
  | { readonly kind: 'entries'; readonly entries: readonly T[] }
  | { readonly kind: 'malformed'; readonly line: number; readonly reason: string }

/** An entry that a file has once. */
export interface Named {
  readonly name: string
}

/** Parses a file with one entry a line. Empty lines and lines that start with `#` are skipped. */
export function parseEntryLines<T extends Named>(
  text: string,
  parseLine: (line: string) => ParsedLine<T>,
): ParsedLines<T> {
  return parseEntries(text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/), parseLine)
}

/** The same for lines that are separate already. */
export function parseEntries<T extends Named>(
  lines: readonly string[],
  parseLine: (line: string) => ParsedLine<T>,
): ParsedLines<T> {
  const entries = new Map<string, T>()
  for (const [index, text] of lines.entries()) {
    const trimmed = text.trim()
    if (trimmed === '' || trimmed.startsWith('#')) continue
    const parsed = parseLine(trimmed)
    if (parsed.kind === 'malformed') return { ...parsed, line: index + 1 }
    const { name } = parsed.entry
    if (entries.has(name)) {
      const reason = 'expected a name that no earlier line has'
      return { kind: 'malformed', line: index + 1, reason }
    }
    entries.set(name, parsed.entry)
  }
  return { kind: 'entries', entries: [...entries.values()] }
}
