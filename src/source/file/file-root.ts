import fs from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { sep } from 'node:path'
import { LastbyteError } from '../../errors.js'

/** What is done with names that start with a dot, as @fastify/static's option has it. */
export type Dotfiles = 'allow' | 'deny' | 'ignore'

/** The real path of a root folder, made sure of once at the start. @throws LastbyteError BAD_SETTING */
export function realRoot(root: string): string {
  try {
    const real = fs.realpathSync(root)
    if (!fs.statSync(real).isDirectory()) throw new Error('it is not a directory')
    fs.accessSync(real, fs.constants.R_OK | fs.constants.X_OK)
    return real
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new LastbyteError(
      'BAD_SETTING',
      `root: wants a readable directory, but ${root}: ${why}`,
      {
        setting: 'root',
        received: root,
      },
    )
  }
}

/** Whether a real path lies in the folder with this real path. */
export function contains(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep)
}

/** The path of a key, or undefined where no file can stand under such a key. */
export function pathOf(root: string, key: string): string | undefined {
  return key.startsWith('/') || key.includes('//') ? undefined : `${root}/${key}`
}

/** What a key in a root is called where many roots meet: no key has two slashes. */
export function idOf(root: string, key: string): string {
  return `${root}//${key}`
}

/** Whether a segment is a dotfile; `.well-known` (RFC 8615) at the top is none. */
export function hasDotfile(key: string): boolean {
  return /(?:^|\/)\./.test(key.replace(/^\.well-known(?=\/|$)/, ''))
}

/**
 * Where an open descriptor really is. Linux tells of the descriptor itself, so no change of a
 * symlink can come between; elsewhere the path is resolved and its identity compared.
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
