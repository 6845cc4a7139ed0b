import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { type LogFormat, logAccess } from '../observe/access-log.js'
import { type LineReport, type LineSink, LineWriter } from '../observe/line-writer.js'
import { LogFile } from '../observe/log-file.js'
import { observeResponses } from '../observe/response-observer.js'
import type { Environment } from './settings/environment.js'
import { usageError } from './usage-error.js'

/** ms that lines have to be written when the server has stopped: the reader of a pipe may never read. */
const LAST_FLUSH = 2_000

type LogSettings = Pick<Environment, 'ACCESS_LOG' | 'ACCESS_LOG_FILE' | 'worker'>

/**
 * Logs each response of an application, as the settings say. SIGUSR1 opens the file anew, after a program such as
 * logrotate has renamed it.
 *
 * @throws LastbyteError BAD_SETTING for a file that can't be opened, or that no format is given for
 */
export async function openAccessLog(
  app: FastifyInstance,
  settings: LogSettings,
  logger: Pick<Logger, 'error' | 'warn' | 'info'>,
): Promise<void> {
  const { ACCESS_LOG: format, ACCESS_LOG_FILE: path, worker } = settings
  if (format === 'none') {
    if (path === '') return
    throw usageError(
      'ACCESS_LOG_FILE',
      'expected --access-log combined or --access-log json as well',
    )
  }
  const file = path === '' ? undefined : await openFile(path)
  const writer = new LineWriter(file ?? STDOUT, (report) => logReport(logger, report))
  logAccess(observeResponses(app), writer, format as LogFormat, worker)
  const reopen = () => {
    file?.reopen().then(
      () => logger.info({ path }, 'access log opened anew'),
      (error) => logger.error({ err: error, path }, 'access log could not be opened anew'),
    )
  }
  process.on('SIGUSR1', reopen)
  app.addHook('onClose', async () => {
    process.off('SIGUSR1', reopen)
    await closed(writer)
    await file?.close()
  })
}

const STDOUT: LineSink = {
  write: (bytes) =>
    new Promise((resolve, reject) => {
      process.stdout.write(bytes, (error) => (error ? reject(error) : resolve(bytes.length)))
    }),
}

async function openFile(path: string): Promise<LogFile> {
  try {
    return await LogFile.open(path)
  } catch (error) {
    const problem = `expected a file that can be written: ${(error as Error).message}`
    throw usageError('ACCESS_LOG_FILE', problem, path)
  }
}

function logReport(logger: Pick<Logger, 'error' | 'warn'>, report: LineReport): void {
  if (report.kind === 'failed') {
    logger.error({ err: report.error }, 'access log cannot be written: lines are lost')
  } else logger.warn({ lost: report.lost }, 'access log is written again')
}

/** Writes the last lines. Responses that were cut are reported a turn after their connections are closed. */
async function closed(writer: LineWriter): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, LAST_FLUSH)
  })
  await Promise.race([writer.flush(), late])
  clearTimeout(timer)
}
