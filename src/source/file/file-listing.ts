import fs, { type BigIntStats, constants } from 'node:fs'
import { access, lstat, opendir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { LastbyteError } from '../../errors.js'
import type { Entry } from '../entry.js'
import { closeDescriptor, openDescriptor, statDescriptor } from './descriptor.js'
import { realPathOf } from './file-root.js'
import type { FilesystemType, FilesystemTypes } from './filesystem-type.js'
import { StattedEntry } from './statted-entry.js'

/** Stats at the same time: the thread pool, which has four threads, also opens and reads the files of others. */
const STATS = 4
/** Names that are read at once, in about 0.1 ms. */
const NAMES = 256

const FOLDER_FLAGS = constants.O_RDONLY | (constants.O_DIRECTORY ?? 0)
/** O_PATH of Linux: a descriptor for its path and stat alone, whatever the file is and may be done with it. */
const O_PATH = 0o10000000

/** Whether a path without symbolic links lies in the served root. */
type IsWithinRoot = (realPath: string) => Promise<boolean>

/** What is listed of a folder. */
export interface ListingRules {
  readonly isWithinRoot: IsWithinRoot
  /** Which names are listed; only these cost a stat. */
  readonly isListed: (name: string) => boolean
}

/** An open folder. */
interface OpenFolder extends ListingRules {
  /** A path that leads to the open folder: on Linux whatever is put in its place meanwhile. */
  readonly path: string
  /** Of its files, but for those that symbolic links lead to. */
  readonly filesystem: FilesystemType
}

/**
 * The entries of a folder that can also be requested: readable regular files and folders within the root,
 * whose names are valid UTF-8 without backslashes and control characters. Empty if the folder is gone or
 * outside the root. Names and facts are read through the folder's descriptor, so a symbolic link that takes
 * its place shows nothing of another folder.
 *
 * @throws LastbyteError SOURCE_FAILED; the signal's reason
 */
export async function listFolder(
  path: string,
  { filesystems, ...rules }: ListingRules & { readonly filesystems: FilesystemTypes },
  signal: AbortSignal,
): Promise<Entry[]> {
  signal.throwIfAborted()
  let descriptor: number | undefined
  try {
    descriptor = await openDescriptor(path, FOLDER_FLAGS)
    const real = await realPathOf(descriptor, path)
    if (real === undefined || !(await rules.isWithinRoot(real))) return []
    const linked = linkTo(descriptor)
    const { dev } = await statDescriptor(descriptor)
    const filesystem = await filesystems.typeOf(real, dev)
    const entries = await entriesOf({ ...rules, path: linked ?? real, filesystem }, signal)
    // Without such a link, the path is the folder's, unless it was replaced.
    const isSame = linked !== undefined || (await realPathOf(descriptor, path)) === real
    return isSame ? entries : []
  } catch (cause) {
    signal.throwIfAborted()
    const { code, message } = cause as NodeJS.ErrnoException
    if (code !== undefined && ABSENT.has(code)) return []
    throw new LastbyteError('SOURCE_FAILED', `Cannot list folder: ${message}`, { path }, { cause })
  } finally {
    if (descriptor !== undefined) await closeDescriptor(descriptor)
  }
}

/** Errors of a path that leads to no folder. */
const ABSENT: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP'])

/** A path that leads to whatever is open, on systems that have such paths. */
function linkTo(descriptor: number): string | undefined {
  const path = `/proc/self/fd/${descriptor}`
  return fs.existsSync(path) ? path : undefined
}

async function entriesOf(folder: OpenFolder, signal: AbortSignal): Promise<Entry[]> {
  const names = await namesOf(folder, signal)
  const found: (Entry | undefined)[] = []
  let next = 0
  const stat = async () => {
    while (next < names.length && !signal.aborted) {
      const index = next
      next += 1
      found[index] = await entryOf(names[index] as string, folder)
    }
  }
  // Waits for all also when the client leaves: they use the descriptor, which is closed then.
  await Promise.all(Array.from({ length: STATS }, stat))
  signal.throwIfAborted()
  return found.filter((entry) => entry !== undefined)
}

async function namesOf({ path, isListed }: OpenFolder, signal: AbortSignal): Promise<string[]> {
  signal.throwIfAborted()
  const names: string[] = []
  for await (const { name } of await opendir(path, { bufferSize: NAMES })) {
    signal.throwIfAborted()
    // node:fs replaces invalid UTF-8 by U+FFFD: no key opens such a file.
    if (!/[\\\p{Cc}\ufffd]/u.test(name) && isListed(name)) names.push(name)
  }
  return names
}

const EXACT = { bigint: true } as const

async function entryOf(
  name: string,
  { path: folder, isWithinRoot, filesystem }: OpenFolder,
): Promise<Entry | undefined> {
  const path = join(folder, name)
  try {
    const seen = Date.now()
    const stat = await lstat(path, EXACT)
    if (stat.isSymbolicLink()) return await linkedEntry(name, path, isWithinRoot)
    return await readableEntry(new StattedEntry(name, stat, { seen, filesystem }), stat, path)
  } catch {
    return undefined // Removed meanwhile, or not readable.
  }
}

/** The entry of a symbolic link. Its target is opened, so that path and facts are of the same file. */
async function linkedEntry(
  name: string,
  path: string,
  isWithinRoot: IsWithinRoot,
): Promise<Entry | undefined> {
  if (process.platform !== 'linux') return portableLinkedEntry(name, path, isWithinRoot)
  const descriptor = await openDescriptor(path, O_PATH)
  try {
    const real = await realPathOf(descriptor, path)
    if (real === undefined || !(await isWithinRoot(real))) return undefined
    const seen = Date.now()
    const stat = await statDescriptor(descriptor)
    const entry = new StattedEntry(name, stat, { seen, filesystem: 'other' })
    return await readableEntry(entry, stat, linkTo(descriptor) ?? real)
  } finally {
    await closeDescriptor(descriptor)
  }
}

async function portableLinkedEntry(
  name: string,
  path: string,
  isWithinRoot: IsWithinRoot,
): Promise<Entry | undefined> {
  const real = await realpath(path)
  if (!(await isWithinRoot(real))) return undefined
  const seen = Date.now()
  const stat = await lstat(real, EXACT)
  const entry = new StattedEntry(name, stat, { seen, filesystem: 'other' })
  return readableEntry(entry, stat, real)
}

/** @param path leads to the file of the stat */
async function readableEntry(
  entry: StattedEntry,
  stat: BigIntStats,
  path: string,
): Promise<Entry | undefined> {
  if (!stat.isFile() && !stat.isDirectory()) return undefined
  const { R_OK, X_OK } = constants
  await access(path, entry.kind === 'directory' ? R_OK | X_OK : R_OK)
  return entry
}
