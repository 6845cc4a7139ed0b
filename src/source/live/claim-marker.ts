import { randomBytes } from 'node:crypto'
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { LastbyteError } from '../../errors.js'
import { ownProcess, processState } from '../../native/running-process.js'
import { diskError } from './disk-error.js'
import { fileId } from './live-chains.js'

/**
 * Makes this process the producer of a live file: its marker names it. A producer that has ended, or runs on another
 * machine, is taken over; it finds another marker at its next append.
 *
 * @returns whether the marker is a new one
 * @throws LastbyteError IN_USE if the producer is another running process of this machine; DISK_FAILED
 */
export async function claimMarker(marker: string): Promise<boolean> {
  const isNew = await writeFile(marker, ownProcess(), { flag: 'wx' }).then(
    () => true,
    (error) => {
      if (error.code === 'EEXIST') return false
      throw diskError('create', marker, error)
    },
  )
  if (isNew) return true
  const text = await readFile(marker, 'utf8').catch(() => '')
  if (processState(text) === 'running') {
    const message = `Cannot write ${marker}: another process is the producer`
    throw new LastbyteError('IN_USE', message, { path: marker })
  }
  // Replaced in one step: a file without a marker is finished.
  const draft = `${marker}.${randomBytes(6).toString('hex')}`
  try {
    await writeFile(draft, ownProcess(), { flag: 'wx' })
    await rename(draft, marker)
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {})
    throw diskError('replace', marker, error)
  }
  return false
}

/** Tells a marker from one that has replaced it; undefined where there is none. */
export async function markerId(marker: string): Promise<string | undefined> {
  const found = await stat(marker, { bigint: true }).catch(() => undefined)
  return found && fileId(found)
}
