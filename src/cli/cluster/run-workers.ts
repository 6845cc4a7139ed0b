import cluster from 'node:cluster'
import { randomBytes } from 'node:crypto'
import { surviveHangup } from '../hangup.js'
import type { Environment } from '../settings/environment.js'
import type { RawValues } from '../settings/schema.js'
import { labelledError } from '../settings/setting-labels.js'
import { takeInheritedSockets } from '../sockets/inherited-sockets.js'
import { usageError } from '../usage-error.js'
import { endWithPrimary, reportStartFailure, settingsOfWorker } from './worker.js'

/** Bytes of the keys of session tickets, as node:tls expects them. */
const TICKET_KEYS = 48

/**
 * Serves in this process, or as the primary of several workers, or as one of those workers.
 *
 * @param flags the settings from the command line
 * @throws LastbyteError BAD_SETTING if it can't start
 */
export async function runWorkers(
  flags: RawValues,
  serve: (environment: Environment) => Promise<void>,
): Promise<void> {
  surviveHangup()
  // Without a listener, the signal that opens log files anew would start Node's debugger.
  process.on('SIGUSR1', () => {})
  const workerSettings = settingsOfWorker()
  if (workerSettings !== undefined) {
    endWithPrimary()
    const failed = (error: unknown) =>
      reportStartFailure(labelledError(error, workerSettings.labels))
    return serve(workerSettings).catch(failed)
  }
  const { readEnvironment } = await import('../settings/environment.js')
  const sockets = takeInheritedSockets(process.env, process.pid)
  const read = readEnvironment(flags, process.env)
  const environment = sockets.length === 0 ? read : { ...read, sockets }
  const failed = (error: unknown) => {
    throw labelledError(error, environment.labels)
  }
  if (environment.WORKERS === 1) return serve(environment).catch(failed)
  if (cluster.isWorker) {
    const problem = 'expected 1 in a process that is itself a cluster worker'
    return failed(usageError('WORKERS', problem, String(environment.WORKERS)))
  }
  const { runPrimary } = await import('./primary.js')
  await runPrimary({ ...environment, ...ticketKeysFor(environment) }).catch(failed)
}

/** Keys that all workers have, and those that replace them. node:cluster shares none where sockets were passed on. */
function ticketKeysFor({ TLS_CERT }: Environment): Pick<Environment, 'ticketKeys'> {
  return TLS_CERT === '' ? {} : { ticketKeys: randomBytes(TICKET_KEYS).toString('base64') }
}
