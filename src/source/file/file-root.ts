import fs from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { sep } from 'node:path'
import { LastbyteError } from '../../errors.js'

/** How names that start with a dot are served: as files, with 403, or with 404. */
export type Dotfiles = 'allow' | 'deny' | 'ignore'

/** A folder whose files are served. */
export class FileRoot {
  /** The root without symbolic links. */
  #realPath: string

  /** @throws LastbyteError BAD_SETTING if the folder cannot be read */
  constructor(readonly path: string) {
    this.#realPath = readableFolder(path)
  }

  /** The path of a key, or undefined for a key that no file can have. */
  pathOf(key: string): string | undefined {
    if (key.startsWith('/') || key.includes('//') || key.includes('\0')) return undefined
    return `${this.path}/${key}`
  }

  /** A cache key that is unique among all roots of the process: no key contains two slashes in a row. */
  idOf(key: string): string {
    return `${this.path}//${key}`
  }

  /**
   * Whether a path without symbolic links lies in the root. If not, the root itself is resolved again: it
   * may be a symbolic link that a deployment has pointed at another folder.
   */
  async contains(realPath: string): Promise<boolean> {
    if (isWithin(this.#realPath, realPath)) return true
    this.#realPath = await realpath(this.path)
    return isWithin(this.#realPath, realPath)
  }
}

function readableFolder(root: string): string {
  try {
    const real = fs.realpathSync(root)
    if (!fs.statSync(real).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' })
    fs.accessSync(real, fs.constants.R_OK | fs.constants.X_OK)
    return real
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const message = `root: expected a folder that can be read; received ${JSON.stringify(root)} (${code})`
    throw new LastbyteError('BAD_SETTING', message, { setting: 'root', received: root }, { cause })
  }
}

function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}

/** Whether a segment starts with a dot; a leading `.well-known` (RFC 8615) does not count. */
export function hasDotfile(key: string): boolean {
  return /(?:^|\/)\./.test(key.replace(/^\.well-known(?=\/|$)/, ''))
}

/**
 * The path of an open file without symbolic links. Linux reports it for the descriptor itself, so a link
 * that changes meanwhile has no effect. Elsewhere the path is resolved, and the result is undefined unless
 * it leads to the same inode.
 */
export async function realPathOf(descriptor: number, path: string): Promise<string | undefined> {
  try {
    return fs.readlinkSync(`/proc/self/fd/${descriptor}`).replace(/ \(deleted\)$/, '')
  } catch {
    const real = await realpath(path)
    const [byPath, open] = [await stat(real), fs.fstatSync(descriptor)]
    return byPath.ino === open.ino && byPath.dev === open.dev ? real : undefined
  }
}
