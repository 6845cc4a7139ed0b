import fs from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { isAbsolute, resolve, sep } from 'node:path'
import { LastbyteError } from '../../errors.js'
import { filesystemTypeSync } from './filesystem-type.js'

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
  readonly #listeners: (() => void)[] = []
  /** Whether resolving the root does not block; undefined until it is needed. */
  #isLocal: boolean | undefined

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

  /** Whether a cache key is one of this root. */
  hasId(id: string): boolean {
    return id.startsWith(`${this.path}//`)
  }

  /** The root without symbolic links, as it was last resolved. */
  get realPath(): string | undefined {
    return this.#realPath
  }

  /** Calls the listener when the root is found to be another folder: nothing of the old one may be kept. */
  onMove(listener: () => void): void {
    this.#listeners.push(listener)
  }

  /**
   * Whether a path without symbolic links lies in the root. The root itself is resolved for each call: it may be
   * a symbolic link that a deployment has pointed at another folder, and nothing of the old one is served then.
   */
  async contains(realPath: string): Promise<boolean> {
    this.#settle(await realpath(this.path))
    return this.#realPath !== undefined && isWithin(this.#realPath, realPath)
  }

  /** Resolves a root to which a symbolic link leads. One without such a link is only moved with all its files. */
  async refresh(): Promise<void> {
    if (!this.#isLinked) return
    this.#isLocal ??= filesystemTypeSync(this.path) !== 'other'
    if (this.#isLocal) this.refreshSync()
    else this.#settle(await realpath(this.path).catch(() => undefined))
  }

  /** Does the same. Blocks the event loop, so only for file systems that answer from memory. */
  refreshSync(): void {
    if (!this.#isLinked) return
    try {
      this.#settle(fs.realpathSync.native(this.path))
    } catch {
      this.#settle(undefined)
    }
  }

  get #isLinked(): boolean {
    return this.#realPath !== undefined && this.#realPath !== this.path
  }

  /** @param found undefined where no folder is at the path now */
  #settle(found: string | undefined): void {
    const before = this.#realPath
    if (found === before) return
    this.#realPath = found ?? before
    if (before !== undefined) for (const listener of this.#listeners) listener()
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
