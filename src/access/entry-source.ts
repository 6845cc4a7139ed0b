import { fileURLToPath } from 'node:url'
import { LastbyteError } from '../errors.js'
import { type Named, type ParsedLine, parseEntries } from './entry-lines.js'
import { ReloadedFile, type ReportProblem } from './reloaded-file.js'

/** Where entries come from. */
export interface EntrySource<T> {
  /** The entries now. */
  current(): Promise<readonly T[]>
}

/** How entries are read, and whom a problem is reported to. */
export interface EntryReading<T> {
  readonly parseLine: (line: string) => ParsedLine<T>
  readonly report: ReportProblem
}

/**
 * Opens the entries of an option.
 *
 * @param given the path or URL of a file, or lines; undefined: there are none
 * @throws LastbyteError BAD_SETTING for a file that can't be read, and a line that is malformed
 */
export async function openEntries<T extends Named>(
  option: string,
  given: string | URL | readonly string[] | undefined,
  { parseLine, report }: EntryReading<T>,
): Promise<EntrySource<T>> {
  if (typeof given === 'string' || given instanceof URL) {
    const path = given instanceof URL ? fileURLToPath(given) : given
    return ReloadedFile.open({ path, option, parseLine, report, now: () => performance.now() })
  }
  const parsed = parseEntries(given ?? [], parseLine)
  if (parsed.kind === 'malformed') {
    const message = `${option}, line ${parsed.line}: ${parsed.reason}`
    throw new LastbyteError('BAD_SETTING', message, { setting: option, line: parsed.line })
  }
  return { current: async () => parsed.entries }
}
