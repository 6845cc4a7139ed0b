import { LastbyteError } from '../../errors.js'

/**
 * How many processes serve.
 *
 * With faults there is one, since their rules and their journal are of one process: `auto` means what
 * fits and is 1 then; a larger number is refused.
 *
 * @param asked `auto`, or a number in decimal
 * @param processors how many run at a time on this machine
 * @throws LastbyteError BAD_SETTING
 */
export function workerCount(asked: string, faults: boolean, processors: number): number {
  if (asked === 'auto') return faults ? 1 : Math.max(1, processors)
  const count = Number(asked)
  if (!faults || count === 1) return count
  const message = `WORKERS: wants 1 with faults, whose rules and journal are those of one process; received '${asked}'`
  throw new LastbyteError('BAD_SETTING', message, { setting: 'WORKERS', received: asked })
}
