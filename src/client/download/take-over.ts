import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { diskOperation } from './disk-operation.js'
import { identityOf, isFileAt } from './file-identity.js'
import { type DownloadLock, inUse } from './lock.js'
import { createdAnew, NEW_FILE_TO_READ } from './own-file.js'
import { newRun } from './run.js'
import { readSidecar, replaceSidecar } from './sidecar.js'
import { formatSidecar, type Sidecar } from './sidecar-format.js'
import { partOf, sidecarOf } from './target-path.js'

/** Bytes in one read. */
const BUFFER = 1024 * 1024

/**
 * Continues the bytes of a run that may still write, since the lock can't tell: copies the recorded ones into a new
 * file, which replaces the part file. What the other run writes from then on is in no file that is renamed to the
 * target.
 *
 * @param old the part file
 * @returns the new part file and its record
 * @throws LastbyteError IN_USE if the other run writes meanwhile; DISK_FAILED
 */
export async function takeOver(
  target: string,
  old: FileHandle,
  recorded: Sidecar,
  lock: Pick<DownloadLock, 'add' | 'space'>,
): Promise<{ file: FileHandle; sidecar: Sidecar }> {
  const part = partOf(target)
  const temporary = `${part}.new`
  const opening = createdAnew(temporary, () => open(temporary, NEW_FILE_TO_READ))
  const file = await diskOperation('create', temporary, opening)
  try {
    await lock.add(await identityOf(file))
    for (const { start, end } of recorded.slices) {
      if (!(await diskOperation('copy', part, copySlice(old, file, start, end)))) {
        throw inUse(target)
      }
    }
    await diskOperation('sync', temporary, file.sync())
    const isUnchanged = await isRecorded(target, recorded)
    if (!isUnchanged || !(await isFileAt(old, part)) || !(await isFileAt(file, temporary))) {
      throw inUse(target)
    }
    const run = newRun(lock.space)
    // Announced before the rename, so that the other run notices it before or after its own.
    await replaceSidecar(sidecarOf(target), { ...recorded, run: { id: run.id } })
    await diskOperation('rename', temporary, rename(temporary, part))
    const sidecar = { ...recorded, run }
    await replaceSidecar(sidecarOf(target), sidecar)
    return { file, sidecar }
  } catch (error) {
    await file.close().catch(() => {})
    await rm(temporary, { force: true }).catch(() => {})
    throw error
  }
}

async function isRecorded(target: string, recorded: Sidecar): Promise<boolean> {
  const now = await readSidecar(sidecarOf(target), recorded.url)
  return now !== undefined && formatSidecar(now) === formatSidecar(recorded)
}

/** False if the file has ended before the slice: the other run has dropped its bytes. */
async function copySlice(
  from: FileHandle,
  to: FileHandle,
  start: number,
  end: number,
): Promise<boolean> {
  const buffer = Buffer.allocUnsafe(Math.min(BUFFER, end - start))
  for (let position = start; position < end; ) {
    const most = Math.min(buffer.length, end - position)
    const { bytesRead } = await from.read(buffer, 0, most, position)
    if (bytesRead === 0) return false
    for (let written = 0; written < bytesRead; ) {
      const rest = bytesRead - written
      const { bytesWritten } = await to.write(buffer, written, rest, position + written)
      if (bytesWritten === 0) throw new Error('the file system accepted 0 bytes')
      written += bytesWritten
    }
    position += bytesRead
  }
  return true
}
