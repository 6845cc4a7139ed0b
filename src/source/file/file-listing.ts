import { constants, type Dirent } from 'node:fs'
import { access, readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { LastbyteError } from '../../errors.js'
import type { Entry } from '../byte-source.js'

/** Entries that are looked at side by side. */
const BATCH = 64

/**
 * What a folder holds that can also be fetched: regular files and folders that may be read, by names
 * that a request target can carry, and symlinks that stay inside. A folder that is gone is empty.
 */
export async function listFolder(
  path: string,
  isWithin: (realPath: string) => Promise<boolean>,
  signal: AbortSignal,
): Promise<Entry[]> {
  const found = (await readFolder(path)).filter(({ name }) => !/[\\\p{Cc}\ufffd]/u.test(name))
  const entries: Entry[] = []
  for (let start = 0; start < found.length; start += BATCH) {
    signal.throwIfAborted()
    const batch = found.slice(start, start + BATCH)
    const looked = await Promise.all(batch.map((dirent) => lookAt(dirent, path, isWithin)))
    entries.push(...looked.filter((entry) => entry !== undefined))
  }
  return entries
}

async function readFolder(path: string): Promise<Dirent[]> {
  try {
    return await readdir(path, { withFileTypes: true })
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw new LastbyteError('SOURCE_FAILED', `Cannot list folder: ${message}`, { path }, { cause })
  }
}

async function lookAt(
  dirent: Dirent,
  folder: string,
  isWithin: (realPath: string) => Promise<boolean>,
): Promise<Entry | undefined> {
  const path = join(folder, dirent.name)
  try {
    if (dirent.isSymbolicLink() && !(await isWithin(await realpath(path)))) return undefined
    const facts = await stat(path)
    const kind = facts.isDirectory() ? 'directory' : facts.isFile() ? 'file' : undefined
    if (kind === undefined) return undefined
    await access(path, kind === 'directory' ? constants.R_OK | constants.X_OK : constants.R_OK)
    const size = kind === 'file' ? facts.size : 0
    return { name: dirent.name, kind, size, lastModified: facts.mtimeMs }
  } catch {
    return undefined // gone meanwhile, or not ours to read: nothing that could be fetched
  }
}
