import { open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { diskOperation, diskOperationIfPresent } from './disk-operation.js'
import { formatSidecar, parseSidecar, type Sidecar } from './sidecar-format.js'

/** Readable by the owner alone, because a URL may carry a signature. */
const MODE = 0o600

/**
 * Reads a sidecar. undefined if it is absent, damaged, of another format or of another URL.
 *
 * @throws LastbyteError DISK_FAILED if it may exist but can't be read
 */
export async function readSidecar(path: string, url: string): Promise<Sidecar | undefined> {
  const text = await diskOperationIfPresent('read', path, readFile(path, 'utf8'))
  return text === undefined ? undefined : parseSidecar(text, url)
}

/**
 * Writes the first sidecar of a version in place, since no slice is recorded that a torn write could
 * lose.
 *
 * @throws LastbyteError DISK_FAILED
 */
export async function createSidecar(path: string, sidecar: Sidecar): Promise<void> {
  await diskOperation('write', path, writeFile(path, formatSidecar(sidecar), { mode: MODE }))
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
  const file = await open(path, 'w', MODE)
  try {
    await file.writeFile(text)
    await file.datasync()
  } finally {
    await file.close()
  }
}
