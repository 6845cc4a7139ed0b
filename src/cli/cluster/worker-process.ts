import type { Worker } from 'node:cluster'
import type { LastbyteError } from '../../errors.js'
import { usageError } from '../usage-error.js'
import type { ToWorker } from './messages.js'

/** Returns whether the message could be sent. A worker that ends before it arrives emits `exit`. */
export function send(worker: Worker | undefined, message: ToWorker): boolean {
  if (worker === undefined || !worker.isConnected()) return false
  worker.process.send(message, undefined, undefined, () => {})
  return true
}

/** Why a worker has ended before it listened, where it has reported nothing. */
export function startFailure(
  id: number,
  code: number | null,
  signal: string | null,
): LastbyteError {
  const reason = signal ?? `exit code ${code}`
  return usageError('WORKERS', `worker ${id} ended before it listened: ${reason}`)
}
