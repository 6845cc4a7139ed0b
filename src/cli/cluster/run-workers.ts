import cluster from 'node:cluster'
import { surviveHangup } from '../hangup.js'
import type { Environment } from '../settings/environment.js'
import type { RawValues } from '../settings/schema.js'
import { usageError } from '../usage-error.js'
import { reportStartFailure, settingsOfWorker } from './worker.js'

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
  const workerSettings = settingsOfWorker()
  if (workerSettings !== undefined) return serve(workerSettings).catch(reportStartFailure)
  const { readEnvironment } = await import('../settings/environment.js')
  const environment = readEnvironment(flags, process.env)
  if (environment.WORKERS === 1) return serve(environment)
  if (cluster.isWorker) {
    const problem = 'expected 1 in a process that is itself a cluster worker'
    throw usageError('WORKERS', problem, String(environment.WORKERS))
  }
  const { runPrimary } = await import('./primary.js')
  await runPrimary(environment)
}
