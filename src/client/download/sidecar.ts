import { open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { diskOperation, diskOperationIfPresent } from './disk-operation.js'
import { createdAnew, isUnfollowed, NEW_FILE, OLD_FILE } from './own-file.js'
import type { Run } from './run.js'
import { formatSidecar, parseRunOf, parseSidecar, type Sidecar } from './sidecar-format.js'

/** Readable by the owner alone, because a URL may carry a signature. */
const MODE = 0o600

/**
 * Reads a sidecar. undefined if it is absent, damaged, of another format or of another URL, and for a symbolic
 * link, which is not followed.
 *
 * @throws LastbyteError DISK_FAILED if it may exist but can't be read
 */
export async function readSidecar(path: string, url: string): Promise<Sidecar | undefined> {
  const reading = readFile(path, { encoding: 'utf8', flag: OLD_FILE }).catch((error: unknown) => {
    if (isUnfollowed(error)) return ''
    throw error
  })
  const text = await diskOperationIfPresent('read', path, reading)
  return text === undefined ? undefined : parseSidecar(text, url)
}

/** The run that a sidecar names; undefined if it names none, or can't be read. */
export async function readRunId(path: string): Promise<Run | 'absent' | undefined> {
  try {
    return parseRunOf(await readFile(path, { encoding: 'utf8', flag: OLD_FILE }))
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'absent' : undefined
  }
}

/**
 * Writes the first sidecar of a version at its final path, since no slice is recorded that a torn write could
 * lose. The file is a new one.
 *
 * @throws LastbyteError DISK_FAILED
 */
export async function createSidecar(path: string, sidecar: Sidecar): Promise<void> {
  const options = { mode: MODE, flag: NEW_FILE }
  const write = () => writeFile(path, formatSidecar(sidecar), options)
  await diskOperation('write', path, createdAnew(path, write))
}

/**
 * Replaces a sidecar atomically: a new file is written, synced and renamed over it. Its slices must
 * have been synced before.
 *
 * @throws LastbyteError DISK_FAILED; the earlier sidecar is then intact
 */
export async function replaceSidecar(path: string, sidecar: Sidecar): Promise<void> {
  const temporary = `${path}.new`
  try {
    await diskOperation('write', temporary, writeSynced(temporary, formatSidecar(sidecar)))
    await diskOperation('rename', temporary, rename(temporary, path))
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw error
  }
}

/**
 * Removes a sidecar, and the temporary file of a process that was killed while it replaced one.
 *
 * @throws LastbyteError DISK_FAILED
 */
export async function removeSidecar(path: string): Promise<void> {
  for (const each of [path, `${path}.new`]) {
    await diskOperation('remove', each, rm(each, { force: true }))
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await createdAnew(path, () => open(path, NEW_FILE, MODE))
  try {
    await file.writeFile(text)
    await file.datasync()
  } finally {
    await file.close()
  }
}
