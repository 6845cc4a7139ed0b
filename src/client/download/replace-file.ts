import type { Stats } from 'node:fs'
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { diskOperation, diskOperationIfPresent } from './disk-operation.js'
import { OLD_FILE, OLD_FILE_TO_WRITE } from './own-file.js'

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

/** By a descriptor, since a link to a file of somebody else may have taken the place of the file. */
async function takeAttributes(path: string, { uid, gid, mode }: Stats): Promise<void> {
  const file = await diskOperation('examine', path, open(path, OLD_FILE))
  try {
    const now = await diskOperation('examine', path, file.stat())
    if (now.uid !== uid || now.gid !== gid) {
      await file.chown(uid, gid).catch(() => file.chown(now.uid, gid).catch(() => {}))
    }
    if ((now.mode & PERMISSIONS) !== (mode & PERMISSIONS)) {
      await file.chmod(mode & PERMISSIONS).catch(() => {})
    }
  } finally {
    await file.close()
  }
}

/** Bytes in one read. */
const BUFFER = 1024 * 1024

/** The file is kept until all its bytes are synced in the target. */
async function copyOver(path: string, target: string): Promise<void> {
  const file = await open(path, OLD_FILE)
  try {
    const copy = await open(target, OLD_FILE_TO_WRITE)
    try {
      await copyBytes(file, copy)
      await copy.sync()
    } finally {
      await copy.close()
    }
  } finally {
    await file.close()
  }
  await rm(path)
}

async function copyBytes(file: FileHandle, copy: FileHandle): Promise<void> {
  const buffer = Buffer.allocUnsafe(BUFFER)
  await copy.truncate(0)
  for (let position = 0; ; ) {
    const { bytesRead } = await file.read(buffer, 0, BUFFER, position)
    if (bytesRead === 0) return
    for (let written = 0; written < bytesRead; ) {
      const rest = bytesRead - written
      written += (await copy.write(buffer, written, rest, position + written)).bytesWritten
    }
    position += bytesRead
  }
}
