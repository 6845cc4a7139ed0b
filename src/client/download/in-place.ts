import { type FileHandle, rename } from 'node:fs/promises'
import { LastbyteError } from '../../errors.js'
import { type FileIdentity, identityAt, identityText, isFileAt } from './file-identity.js'
import { inUse } from './lock.js'
import { readRunId } from './sidecar.js'
import { partOf, sidecarOf } from './target-path.js'

/**
 * Fails where the part file is not this run's any more: a run that its lock doesn't exclude, in another container or
 * on another host, has taken it over; or the folder, or a link to it, has been replaced.
 *
 * @param run that this one has recorded in the sidecar; undefined before it has
 * @throws LastbyteError IN_USE, DISK_FAILED
 */
export async function requireInPlace(
  file: FileHandle,
  target: string,
  run: string | undefined,
): Promise<void> {
  const part = partOf(target)
  const isInPlace = await isFileAt(file, part)
  const found = await readRunId(sidecarOf(target))
  if (isInPlace && (run === undefined || isSame(run, found))) return
  // A run that has set both files aside has no sidecar before its first response.
  if (found === 'absent' || (found !== undefined && found.id !== run)) throw inUse(target)
  const message = `Cannot continue ${part}: expected the file that this download has written; received another one at its path`
  throw new LastbyteError('DISK_FAILED', message, { path: part })
}

/**
 * Fails where a run that took over between the check and the rename had its file renamed to the target. It is
 * incomplete, and gets its name back.
 *
 * @param own the identity of the file that this run has written
 * @throws LastbyteError IN_USE
 */
export async function requireRenamed(
  own: FileIdentity,
  target: string,
  run: string | undefined,
): Promise<void> {
  const found = await readRunId(sidecarOf(target))
  if (run === undefined || isSame(run, found)) return
  const renamed = identityText(await identityAt(target))
  if (renamed === undefined || renamed === identityText(own)) return
  await rename(target, partOf(target)).catch(() => {})
  throw inUse(target)
}

/** Also true for a sidecar that is absent, or has no run: the part file itself is in its place. */
function isSame(run: string, found: Awaited<ReturnType<typeof readRunId>>): boolean {
  return found === undefined || found === 'absent' || found.id === run
}
