import { type BigIntStats, constants } from 'node:fs'
import { rm } from 'node:fs/promises'

/** Absent on Windows, where creating a symbolic link is a privilege. */
const { O_RDWR, O_WRONLY, O_RDONLY, O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants

/** Flags of open for a file that must be new: what is at its path, also a dangling link, is not opened. */
export const NEW_FILE = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
export const NEW_FILE_TO_READ = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW
/** Flags of open for a file that exists. Without waiting, since what is there may be a FIFO. */
export const OLD_FILE = O_RDONLY | O_NOFOLLOW | O_NONBLOCK
export const OLD_FILE_TO_WRITE = O_RDWR | O_NOFOLLOW | O_NONBLOCK

/** Whether an error says that a symbolic link was not followed (EMLINK on FreeBSD). */
export function isUnfollowed(error: unknown): boolean {
  return ['ELOOP', 'EMLINK'].includes((error as NodeJS.ErrnoException).code ?? '')
}

/** Runs an operation that creates a file; what is at its path is removed before, a link itself. */
export async function createdAnew<T>(path: string, create: () => Promise<T>): Promise<T> {
  try {
    return await create()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  await rm(path, { force: true })
  return create()
}

/**
 * Whether nobody but this user, and the owner of the folder, can have written a file: it is a regular file of one
 * of them without another name.
 */
export function isOwn(file: BigIntStats, folder: Pick<BigIntStats, 'uid'>): boolean {
  // Windows has no user ids.
  const user = process.geteuid?.()
  const owners = [folder.uid, user === undefined ? file.uid : BigInt(user)]
  return file.isFile() && file.nlink === 1n && owners.includes(file.uid)
}
