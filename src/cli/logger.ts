import pino, { type Logger } from 'pino'
import { prettyFactory } from 'pino-pretty'
import { printableLines, printableText } from '../printable-text.js'

/**
 * A logger that writes a line of JSON for each entry, or a readable line on a terminal. Text from outside
 * has no characters on which a terminal acts.
 *
 * @param level the lowest level that is logged
 * @param worker the number of this process, if there are several
 */
export function createLogger(level: string, worker?: number): Logger {
  // Written at once: pino-pretty's own stream would write after what is printed on stderr next.
  const readable = prettyFactory({
    ignore: 'pid,hostname',
    singleLine: true,
    colorize: process.stdout.hasColors?.() ?? false,
  })
  const logger = process.stdout.isTTY
    ? pino(
        { level, hooks: { streamWrite: printableEntry } },
        { write: (line) => void process.stdout.write(readable(line)) },
      )
    : pino({ level, hooks: { streamWrite: printableLines } })
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
