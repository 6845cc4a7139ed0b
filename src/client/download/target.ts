import { readlink, realpath, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join } from 'node:path'
import { diskOperationIfPresent } from './disk-operation.js'

/** Where the bytes of a download go. */
export type Target =
  /** A regular file, or none yet. Its path is not a symbolic link. */
  | { readonly kind: 'file'; readonly path: string }
  /** A device, FIFO, socket or open descriptor. Bytes are written into it, and it is never replaced. */
  | SpecialTarget

export interface SpecialTarget {
  readonly kind: 'fifo' | 'socket' | 'device' | 'descriptor'
  readonly path: string
  /** The number of an open descriptor of this process. */
  readonly descriptor: number | undefined
}

/** Symbolic links that are followed; Linux permits as many. */
const MAX_LINKS = 40

/** The entry of a descriptor: `/dev/stdout` is a link to one. */
const DESCRIPTOR = /^(?:\/proc\/(\d+)(?:\/task\/\d+)?|\/dev)\/fd\/(\d+)$/

/**
 * Finds out what a path leads to. A symbolic link is followed, also one to a file that doesn't exist yet,
 * so that a download replaces the file and keeps the link.
 *
 * @throws LastbyteError DISK_FAILED if the path can't be examined, such as for a loop of links (ELOOP)
 */
export async function findTarget(path: string): Promise<Target> {
  const found = await diskOperationIfPresent('examine', path, stat(path))
  // The path of a folder is refused later.
  if (found?.isDirectory() || /[/\\]$/.test(path)) return { kind: 'file', path }
  const end = await followLinks(path)
  const [entry, owner, number] = DESCRIPTOR.exec(end) ?? []
  const isOwn = entry !== undefined && (owner === undefined || owner === `${process.pid}`)
  const descriptor = isOwn ? Number(number) : undefined
  if (found?.isFIFO()) return { kind: 'fifo', path: end, descriptor }
  if (entry !== undefined) return { kind: 'descriptor', path: end, descriptor }
  if (found?.isSocket()) return { kind: 'socket', path: end, descriptor }
  if (found === undefined || found.isFile()) return { kind: 'file', path: end }
  return { kind: 'device', path: end, descriptor }
}

/**
 * The end of a chain of links; the path itself if it is no link. Parents (`..`) are resolved as the system
 * does, which `path.resolve` doesn't behind a link.
 */
async function followLinks(path: string): Promise<string> {
  let next = path
  for (let links = 0; links < MAX_LINKS; links += 1) {
    const folder = await realpath(dirname(next)).catch(() => undefined)
    // Reported when the file is created.
    if (folder === undefined) return next
    const full = join(folder, basename(next))
    if (DESCRIPTOR.test(full)) return full
    const link = await readlink(full).catch(() => undefined)
    if (link === undefined) return links === 0 ? path : full
    next = isAbsolute(link) ? link : `${folder}/${link}`
  }
  return next
}
