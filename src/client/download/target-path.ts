import { createHash } from 'node:crypto'
import { open, rename, stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { LastbyteError } from '../../errors.js'
import { diskOperation, diskOperationIfPresent } from './disk-operation.js'

/** Bytes of the longest name that file systems can hold. */
const MAX_NAME = 255
/** The longest suffix that a download adds to the name of its target. */
const LONGEST_SUFFIX = '.part.json.set-aside'
/** Bytes of a long name that its short one begins with, so that it can be recognized. */
const RECOGNIZABLE = 64

/**
 * The path of the incomplete bytes of a target. For a name that has no room for a suffix, its beginning and
 * its hash.
 */
export function partOf(target: string): string {
  const name = basename(target)
  if (Buffer.byteLength(name) + LONGEST_SUFFIX.length <= MAX_NAME) return `${target}.part`
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 32)
  const short = `${beginningOf(name, RECOGNIZABLE)}~${hash}.part`
  return target.slice(0, target.lastIndexOf(name)) + short
}

/** The longest beginning of a text that has at most so many bytes in UTF-8, and no part of a character. */
function beginningOf(text: string, most: number): string {
  let bytes = 0
  let beginning = ''
  for (const character of text) {
    bytes += Buffer.byteLength(character)
    if (bytes > most) break
    beginning += character
  }
  return beginning
}

/** The path of the record of these bytes. */
export function sidecarOf(target: string): string {
  return `${partOf(target)}.json`
}

/** Fails before the download instead of at its final rename. @throws LastbyteError DISK_FAILED */
export async function requireNoFolder(target: string): Promise<void> {
  const found = await diskOperationIfPresent('examine', target, stat(target))
  if (!found?.isDirectory() && !/[/\\]$/.test(target)) return
  const message = `Cannot download to ${target}: expected the path of a file; received a folder`
  throw new LastbyteError('DISK_FAILED', message, { path: target, code: 'EISDIR' })
}

/**
 * Fails for a file that may not be written, although its folder permits to replace it. A program that runs
 * (ETXTBSY) can be replaced.
 *
 * @throws LastbyteError DISK_FAILED
 */
export async function requireWritable(target: string): Promise<void> {
  const opening = open(target, 'r+').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ETXTBSY') throw error
  })
  const file = await diskOperationIfPresent('replace', target, opening)
  await file?.close()
}

/** Renames a file that is not of this download, if it exists. @throws LastbyteError DISK_FAILED */
export async function setAside(path: string): Promise<void> {
  await diskOperationIfPresent('set aside', path, rename(path, `${path}.set-aside`))
}

/**
 * Syncs the folder of a target, which makes its rename durable. Not every platform can: Windows opens
 * no folder, some file systems refuse to sync one, and one without read permission can't be opened.
 *
 * @throws LastbyteError DISK_FAILED
 */
export async function syncFolderOf(target: string): Promise<void> {
  const path = dirname(target)
  const folder = await diskOperation('open', path, open(path, 'r'))
  try {
    await diskOperation('sync', path, folder.sync())
  } finally {
    await diskOperation('close', path, folder.close())
  }
}
