import pino, { type Logger } from 'pino'
import { prettyFactory } from 'pino-pretty'
import { printableLines, printableText } from '../printable-text.js'
import type { Environment } from './settings/environment.js'

/**
 * A logger that writes a line of JSON for each entry, or a readable line on a terminal. Text from outside
 * has no characters on which a terminal acts.
 *
 * @param level the lowest level that is logged
 * @param worker the number of this process, if there are several
 * @param output where it writes; stderr, while stdout has the access log
 */
export function createLogger(
  level: string,
  worker?: number,
  output: 'stdout' | 'stderr' = 'stdout',
): Logger {
  const stream = process[output]
  // Written at once: pino-pretty's own stream would write after what is printed on stderr next.
  const readable = prettyFactory({
    ignore: 'pid,hostname',
    singleLine: true,
    colorize: stream.hasColors?.() ?? false,
  })
  const logger = stream.isTTY
    ? pino(
        { level, hooks: { streamWrite: printableEntry } },
        { write: (line) => void stream.write(readable(line)) },
      )
    : pino(
        { level, hooks: { streamWrite: printableLines } },
        pino.destination({ dest: output === 'stdout' ? 1 : 2, sync: true }),
      )
  return worker === undefined ? logger : logger.child({ worker })
}

/**
 * An entry whose strings are printable: pino-pretty decodes them, and writes messages and stacks as they are.
 * A stack keeps its line ends.
 */
export function printableEntry(line: string): string {
  const entry = JSON.parse(line, (key, value) => {
    if (typeof value !== 'string') return value
    return key === 'stack' ? printableLines(value) : printableText(value)
  })
  return `${JSON.stringify(entry)}\n`
}

/** Where the log of the server goes: stdout has the access log alone, if it has that. */
export function logOutput({
  ACCESS_LOG,
  ACCESS_LOG_FILE,
}: Pick<Environment, 'ACCESS_LOG' | 'ACCESS_LOG_FILE'>): 'stdout' | 'stderr' {
  return ACCESS_LOG !== 'none' && ACCESS_LOG_FILE === '' ? 'stderr' : 'stdout'
}
