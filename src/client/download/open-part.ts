import { type FileHandle, lstat, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { diskOperation, diskOperationIfPresent } from './disk-operation.js'
import { identityOf, identityText } from './file-identity.js'
import { type DownloadLock, inUse } from './lock.js'
import { isOwn, NEW_FILE_TO_READ, OLD_FILE_TO_WRITE } from './own-file.js'
import { hasEnded } from './run.js'
import { readSidecar, removeSidecar } from './sidecar.js'
import type { Sidecar } from './sidecar-format.js'
import { takeOver } from './take-over.js'
import { partOf, requireNoFolder, requireWritable, setAside, sidecarOf } from './target-path.js'

/** An open part file, and the record of its bytes; undefined: it is empty. */
export interface OpenedPart {
  readonly file: FileHandle
  readonly sidecar: Sidecar | undefined
}

/**
 * Opens the part file of a target. Bytes of an earlier run are kept if its sidecar is valid for this URL and fits
 * the part file, and if the part file is this user's own; otherwise both files are renamed to `….set-aside`. They
 * are copied into a new part file where the lock doesn't prove that the earlier run has ended.
 * Neither of them is opened through a symbolic link, which may lead to a file of somebody else.
 *
 * @param lock to be extended to the part file
 * @throws LastbyteError DISK_FAILED, IN_USE
 */
export async function openPart(
  target: string,
  url: string,
  lock: Pick<DownloadLock, 'add' | 'space'>,
): Promise<OpenedPart> {
  await requireNoFolder(target)
  await requireWritable(target)
  const part = partOf(target)
  const entry = await diskOperationIfPresent('examine', part, lstat(part, { bigint: true }))
  // Before anything is renamed: another download may write this file by another name.
  if (entry?.isFile()) await lock.add(entry)
  const sidecar = await readSidecar(sidecarOf(target), url)
  const size = (await diskOperationIfPresent('examine', part, stat(part)))?.size
  const folder = await diskOperationIfPresent(
    'examine',
    part,
    stat(dirname(part), { bigint: true }),
  )
  const isKept = sidecar !== undefined && size !== undefined && fits(size, sidecar)
  if (isKept && entry !== undefined && folder !== undefined && isOwn(entry, folder)) {
    const file = await diskOperation('open', part, open(part, OLD_FILE_TO_WRITE))
    // The lock is of the file that was examined: another one may have taken its place since.
    if (identityText(await identityOf(file)) === identityText(entry)) {
      if (hasEnded(sidecar.run, lock.space)) return { file, sidecar }
      return await takeOver(target, file, sidecar, lock).finally(() => file.close())
    }
    await file.close()
  }
  if (entry === undefined) await removeSidecar(sidecarOf(target))
  else for (const path of [part, sidecarOf(target)]) await setAside(path)
  const file = await diskOperation('create', part, create(part, target))
  await lock.add(await identityOf(file)).catch(async (error) => {
    await file.close()
    throw error
  })
  return { file, sidecar: undefined }
}

/** @throws LastbyteError IN_USE where another process has created the file since it was examined */
function create(part: string, target: string): Promise<FileHandle> {
  return open(part, NEW_FILE_TO_READ).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EEXIST' ? inUse(target) : error
  })
}

/** A part file ends at or after its last recorded slice, and never after the end of its version. */
function fits(size: number, { slices, version }: Sidecar): boolean {
  return (slices.at(-1)?.end ?? 0) <= size && size <= version.size
}
