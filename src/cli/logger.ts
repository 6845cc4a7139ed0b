import pino, { type Logger } from 'pino'
import pretty from 'pino-pretty'

/**
 * A logger that writes a line of JSON for each entry, or a readable line on a terminal.
 *
 * @param level the lowest level that is logged
 * @param worker the number of this process, if there are several
 */
export function createLogger(level: string, worker?: number): Logger {
  const logger = process.stdout.isTTY
    ? pino({ level }, pretty({ ignore: 'pid,hostname', singleLine: true }))
    : pino({ level })
  return worker === undefined ? logger : logger.child({ worker })
}
