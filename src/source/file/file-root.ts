import fs from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { isAbsolute, resolve, sep } from 'node:path'
import { LastbyteError } from '../../errors.js'

/** How names that start with a dot are served: as files, with 403, or with 404. */
export type Dotfiles = 'allow' | 'deny' | 'ignore'

/** A folder that does not exist at the start: an error, or served once it exists. */
export type MissingRoot = 'refused' | 'awaited'

/** A folder whose files are served. */
export class FileRoot {
  /** An absolute path: the working directory of the process may change. */
  readonly path: string
  /** The root without symbolic links; undefined until a folder that was missing has been found. */
  #realPath: string | undefined

  /** @throws LastbyteError BAD_SETTING if the folder cannot be read */
  constructor(path: string, missing: MissingRoot = 'refused') {
    this.path = absolutePath(path)
    this.#realPath = readableFolder(path, missing)
  }

  /** Whether the folder has been found. */
  get isFound(): boolean {
    return this.#realPath !== undefined
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
    if (this.#realPath !== undefined && isWithin(this.#realPath, realPath)) return true
    const found = await realpath(this.path)
    this.#realPath = found
    return isWithin(found, realPath)
  }
}

/** A path that is given as absolute is kept as it is, a slash at its end included. */
export function absolutePath(path: string): string {
  return isAbsolute(path) ? path : resolve(path)
}

function readableFolder(root: string, missing: MissingRoot): string | undefined {
  try {
    const real = fs.realpathSync(root)
    if (!fs.statSync(real).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' })
    fs.accessSync(real, fs.constants.R_OK | fs.constants.X_OK)
    return real
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' && missing === 'awaited') return undefined
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
