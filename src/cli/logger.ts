import pino, { type DestinationStream, type Logger } from 'pino'
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
        output === 'stdout'
          ? logDestination(1, (text) => void process.stderr.write(text))
          : logDestination(2),
      )
  return worker === undefined ? logger : logger.child({ worker })
}

/** Characters of entries that wait until a full disk has room again. Further ones are lost. */
const MOST_WAITING = 1024 * 1024

/**
 * Where entries are written at once. A full disk ends no server: the entries wait, and `report` gets the error, once.
 */
export function logDestination(
  descriptor: number,
  report: (text: string) => void = () => {},
): DestinationStream {
  const destination = pino.destination({ dest: descriptor, sync: true, maxLength: MOST_WAITING })
  let hasFailed = false
  destination.on('write', () => {
    hasFailed = false
  })
  // Without a listener the error would be thrown where something is logged.
  destination.on('error', (error: Error) => {
    if (!hasFailed) report(`lastbyte: the log cannot be written: ${error.message}\n`)
    hasFailed = true
  })
  return destination
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
