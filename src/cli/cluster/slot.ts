import type { LastbyteError } from '../../errors.js'
import type { WorkerProcess } from './launch-worker.js'
import { RestartBackoff } from './restart-backoff.js'

/** One worker: its number, and the process that currently runs under it. */
export interface Slot {
  readonly id: number
  readonly backoff: RestartBackoff
  worker: WorkerProcess | undefined
  /** When its process began to listen; undefined while it doesn't. */
  listeningSince: number | undefined
  /** Why its process can't start, as it reported. */
  refusal: LastbyteError | undefined
}

/** A worker that has no process yet. */
export function emptySlot(id: number): Slot {
  return {
    id,
    backoff: new RestartBackoff(() => performance.now(), Math.random),
    worker: undefined,
    listeningSince: undefined,
    refusal: undefined,
  }
}
