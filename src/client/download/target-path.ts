import { open, rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { LastbyteError } from '../../errors.js'
import { diskOperation, diskOperationIfPresent } from './disk-operation.js'

/** The path of the incomplete bytes of a target. */
export function partOf(target: string): string {
  return `${target}.part`
}

/** The path of the record of these bytes. */
export function sidecarOf(target: string): string {
  return `${partOf(target)}.json`
}

/** Fails before the download instead of at its final rename. @throws LastbyteError DISK_FAILED */
export async function requireNoFolder(target: string): Promise<void> {
  const found = await diskOperationIfPresent('examine', target, stat(target))
  if (!found?.isDirectory()) return
  const message = `Cannot download to ${target}: expected the path of a file; received a folder`
  throw new LastbyteError('DISK_FAILED', message, { path: target, code: 'EISDIR' })
}

/** Renames a file that is not of this download, if it exists. @throws LastbyteError DISK_FAILED */
export async function setAside(path: string): Promise<void> {
  await diskOperationIfPresent('set aside', path, rename(path, `${path}.set-aside`))
}

/**
 * Syncs the folder of a target, which makes its rename durable. Not every platform can: Windows opens
 * no folder, some file systems refuse to sync one, and one without read permission can't be opened.
 *
 * @throws LastbyteError DISK_FAILED
 */
export async function syncFolderOf(target: string): Promise<void> {
  const path = dirname(target)
  const folder = await diskOperation('open', path, open(path, 'r'))
  try {
    await diskOperation('sync', path, folder.sync())
  } finally {
    await diskOperation('close', path, folder.close())
  }
}
