import type { Stats } from 'node:fs'
import { chmod, chown, copyFile, open, rename, rm, stat } from 'node:fs/promises'
import { diskOperation, diskOperationIfPresent } from './disk-operation.js'

/** Errors of rename for a target that is a mount point, such as a file that a container has mounted. */
const MOUNTED = new Set(['EBUSY', 'EXDEV'])

/** Permissions without setuid, setgid and sticky. */
const PERMISSIONS = 0o777

/**
 * Renames a complete file over its target. The permissions of a target that existed are kept, and its owner
 * and group where this user may set them. Its other names (hard links) keep the old bytes.
 *
 * @throws LastbyteError DISK_FAILED
 */
export async function replaceFile(file: string, target: string): Promise<void> {
  const old = await diskOperationIfPresent('examine', target, stat(target))
  if (old !== undefined) await takeAttributes(file, old)
  const renaming = rename(file, target).catch(async (error: NodeJS.ErrnoException) => {
    if (old === undefined || !MOUNTED.has(error.code ?? '')) throw error
    await copyOver(file, target)
  })
  await diskOperation('rename', file, renaming)
}

async function takeAttributes(file: string, { uid, gid, mode }: Stats): Promise<void> {
  const now = await diskOperation('examine', file, stat(file))
  if (now.uid !== uid || now.gid !== gid) {
    await chown(file, uid, gid).catch(() => chown(file, now.uid, gid).catch(() => {}))
  }
  if ((now.mode & PERMISSIONS) !== (mode & PERMISSIONS)) {
    await chmod(file, mode & PERMISSIONS).catch(() => {})
  }
}

/** The file is kept until all its bytes are synced in the target. */
async function copyOver(file: string, target: string): Promise<void> {
  await copyFile(file, target)
  const copy = await open(target, 'r+')
  try {
    await copy.sync()
  } finally {
    await copy.close()
  }
  await rm(file)
}
