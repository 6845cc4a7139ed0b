import { fstatSync } from 'node:fs'
import { type FileHandle, lstat, stat } from 'node:fs/promises'

/** What a file is, whichever of its paths and names leads to it. */
export interface FileIdentity {
  /** The file system. */
  readonly dev: bigint
  /** The inode; 0 where the file system has none. */
  readonly ino: bigint
}

/** The identity of the entry at a path, where no symbolic link is followed; undefined if there is none. */
function identityOfEntry(path: string): Promise<FileIdentity | undefined> {
  return lstat(path, { bigint: true }).catch(() => undefined)
}

/** The identity of what a path leads to; undefined if there is nothing. */
export function identityAt(path: string): Promise<FileIdentity | undefined> {
  return stat(path, { bigint: true }).catch(() => undefined)
}

/** The identity of an open file. */
export async function identityOf({ fd }: Pick<FileHandle, 'fd'>): Promise<FileIdentity> {
  return fstatSync(fd, { bigint: true })
}

/** A text that two different files never share; undefined where the file system has no inodes. */
export function identityText(file: FileIdentity | undefined): string | undefined {
  return file === undefined || file.ino === 0n ? undefined : `${file.dev}:${file.ino}`
}

/** Whether an open file is the one at a path; also true where there is none, or that can't be told. */
export async function isFileAt(file: FileHandle, path: string): Promise<boolean> {
  const entry = identityText(await identityOfEntry(path))
  const opened = identityText(await identityOf(file))
  return entry === undefined || opened === undefined || entry === opened
}
