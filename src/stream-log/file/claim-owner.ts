import { readFile, stat, writeFile } from 'node:fs/promises'
import { processState } from '../../native/running-process.js'
import { orAbsent } from './stream-folder.js'

const OVER = '{"over":true}'

/** Marks a claim as given up: nobody has to wait until its lease is over. */
export async function giveUpClaim(path: string): Promise<void> {
  await orAbsent(writeFile(path, OVER, { flag: 'r+' }).then(() => {}))
}

/**
 * Whether the producer of a claim may be alive. A process of this machine that has ended is known to be dead at
 * once, any other one when it has not touched the claim for the time of its lease.
 */
export async function mayBeAlive(path: string, lease: number): Promise<boolean> {
  const text = await orAbsent(readFile(path, 'utf8'))
  if (text === undefined || text.startsWith(OVER)) return false
  const { mtimeMs } = (await orAbsent(stat(path))) ?? { mtimeMs: 0 }
  if (Date.now() - mtimeMs > lease) return false
  return processState(text) !== 'ended'
}
