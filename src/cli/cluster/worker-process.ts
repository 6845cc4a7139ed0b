import type { LastbyteError } from '../../errors.js'
import { usageError } from '../usage-error.js'
import type { WorkerProcess } from './launch-worker.js'
import type { ToWorker } from './messages.js'
import type { Slot } from './slot.js'

/** Returns whether the message could be sent. A worker that ends before it arrives emits `exit`. */
export function send(worker: WorkerProcess | undefined, message: ToWorker): boolean {
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

/** Sends a signal to the workers that listen. Others may have no listener for it yet. */
export function signalListening(slots: readonly Slot[], signal: NodeJS.Signals): void {
  for (const { worker, listeningSince } of slots) {
    if (listeningSince !== undefined) worker?.process.kill(signal)
  }
}
