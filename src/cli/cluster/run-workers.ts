import cluster from 'node:cluster'
import { LastbyteError } from '../../errors.js'
import type { Environment } from '../settings/environment.js'
import type { RawValues } from '../settings/schema.js'
import { refuseStart, settingsOfWorker } from './worker.js'

/**
 * Serves in this process, or as the primary of as many workers as are wanted, or as one of them.
 *
 * @param flags the settings that the command line gives
 * @throws LastbyteError BAD_SETTING where it can't start
 */
export async function runWorkers(
  flags: RawValues,
  serve: (environment: Environment) => Promise<void>,
): Promise<void> {
  const given = settingsOfWorker()
  if (given !== undefined) return serve(given).catch(refuseStart)
  const { readEnvironment } = await import('../settings/environment.js')
  const environment = readEnvironment(flags, process.env)
  if (environment.WORKERS === 1) return serve(environment)
  if (cluster.isWorker) {
    const message = `WORKERS: wants 1 in a process that is somebody else's worker; received '${environment.WORKERS}'`
    throw new LastbyteError('BAD_SETTING', message, { setting: 'WORKERS' })
  }
  const { runPrimary } = await import('./primary.js')
  await runPrimary(environment)
}
