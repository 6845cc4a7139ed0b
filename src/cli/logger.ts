import pino, { type Logger } from 'pino'
import pretty from 'pino-pretty'

/** A line of JSON each, or a line for people on a terminal. Each carries the worker, if there are several. */
export function newLogger(level: string, worker?: number): Logger {
  const logger = process.stdout.isTTY
    ? pino({ level }, pretty({ ignore: 'pid,hostname', singleLine: true }))
    : pino({ level })
  return worker === undefined ? logger : logger.child({ worker })
}
