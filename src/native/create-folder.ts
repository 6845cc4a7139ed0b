import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Creates a folder, and those above it, for the owner alone. One that exists stays as it is.
 *
 * In place of `mkdir` with `recursive`, which never settles in Node where the folder above exists and the system still
 * refuses this one with ENOENT, as in /proc.
 *
 * @throws the error of the system
 */
export async function createFolder(path: string): Promise<void> {
  const error = await tryToCreate(path)
  if (error === undefined) return
  const parent = dirname(path)
  // Above a root, such as a drive that is missing, there is nothing.
  if (error.code !== 'ENOENT' || parent === path) throw error
  await createFolder(parent)
  const remaining = await tryToCreate(path)
  if (remaining !== undefined) throw remaining
}

/** Returns the error of the system where there is no folder afterwards, and undefined where there is one. */
async function tryToCreate(path: string): Promise<NodeJS.ErrnoException | undefined> {
  try {
    await mkdir(path, { mode: 0o700 })
    return undefined
  } catch (error) {
    return (await isFolder(path)) ? undefined : (error as NodeJS.ErrnoException)
  }
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found?.isDirectory() === true
}
