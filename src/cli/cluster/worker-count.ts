import type { LastbyteError } from '../../errors.js'
import { usageError } from '../usage-error.js'

/**
 * The number of processes that serve.
 *
 * Faults need a single process, since their rules and their journal belong to one: with them `auto` is 1,
 * and a larger number is refused.
 *
 * @param requested `auto`, or a decimal number
 * @param hasFaults whether the fault layer is on
 * @param processors how many processes run in parallel on this machine
 * @throws LastbyteError BAD_SETTING
 */
export function workerCount(requested: string, hasFaults: boolean, processors: number): number {
  if (requested === 'auto') return hasFaults ? 1 : Math.max(1, processors)
  const count = Number(requested)
  if (!hasFaults || count === 1) return count
  throw tooManyForFaults(requested)
}

function tooManyForFaults(requested: string): LastbyteError {
  const problem = 'expected 1 with faults, whose rules and journal belong to one process'
  return usageError('WORKERS', problem, requested)
}
