import { constants, type Dirent } from 'node:fs'
import { access, readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { LastbyteError } from '../../errors.js'
import type { Entry } from '../byte-source.js'

/** Entries whose stats run at the same time. */
const BATCH = 64

/** Whether a path without symbolic links lies in the served root. */
type IsWithinRoot = (realPath: string) => Promise<boolean>

/**
 * The entries of a folder that can also be requested: readable regular files and folders within the root,
 * whose names are valid UTF-8 without backslashes and control characters. Empty if the folder is gone or
 * outside the root.
 *
 * @throws LastbyteError SOURCE_FAILED; the signal's reason
 */
export async function listFolder(
  path: string,
  isWithinRoot: IsWithinRoot,
  signal: AbortSignal,
): Promise<Entry[]> {
  const folder = await readFolder(path, isWithinRoot)
  // node:fs replaces invalid UTF-8 by U+FFFD: no key opens such a file.
  const found = folder.dirents.filter(({ name }) => !/[\\\p{Cc}\ufffd]/u.test(name))
  const entries: Entry[] = []
  for (let start = 0; start < found.length; start += BATCH) {
    signal.throwIfAborted()
    const batch = found.slice(start, start + BATCH)
    const listed = await Promise.all(batch.map((each) => entryOf(each, folder.path, isWithinRoot)))
    entries.push(...listed.filter((entry) => entry !== undefined))
  }
  return entries
}

/** The folder's path without symbolic links, so that a link that changes meanwhile has no effect. */
async function readFolder(
  path: string,
  isWithinRoot: IsWithinRoot,
): Promise<{ readonly path: string; readonly dirents: readonly Dirent[] }> {
  try {
    const real = await realpath(path)
    const isInside = await isWithinRoot(real)
    return { path: real, dirents: isInside ? await readdir(real, { withFileTypes: true }) : [] }
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    if (code !== undefined && ABSENT.has(code)) return { path, dirents: [] }
    throw new LastbyteError('SOURCE_FAILED', `Cannot list folder: ${message}`, { path }, { cause })
  }
}

/** Errors of a path that leads to no folder. */
const ABSENT: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP'])

async function entryOf(
  dirent: Dirent,
  folder: string,
  isWithinRoot: IsWithinRoot,
): Promise<Entry | undefined> {
  const path = join(folder, dirent.name)
  try {
    if (dirent.isSymbolicLink() && !(await isWithinRoot(await realpath(path)))) return undefined
    const facts = await stat(path)
    const kind = facts.isDirectory() ? 'directory' : facts.isFile() ? 'file' : undefined
    if (kind === undefined) return undefined
    await access(path, kind === 'directory' ? constants.R_OK | constants.X_OK : constants.R_OK)
    const size = kind === 'file' ? facts.size : 0
    return { name: dirent.name, kind, size, lastModified: facts.mtimeMs }
  } catch {
    return undefined // Removed meanwhile, or not readable.
  }
}
