import { lstat, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { findTarget } from '../client/download/target.js'
import { parseUrl } from '../http/parse-url.js'
import { withoutSecrets } from '../http/request-url.js'
import { archiveNameOf, isForArchive } from '../http/zip-query.js'
import { usageError } from './usage-error.js'

/**
 * Where a URL is downloaded to: `-o` if it was given, else the last segment of the URL's path, as a name
 * in this folder; of the archive of a folder, with `.zip`. `-` is stdout.
 *
 * @throws LastbyteError BAD_SETTING for a URL that can't be used or has no name, and for an empty `-o`
 */
export function outputFor(url: string, output: string | undefined): string {
  checkUrl(url)
  if (output === undefined) return nameIn(url)
  if (output !== '' && !output.includes('\0')) return output
  throw usageError('-o', 'expected a file, or - for stdout', output)
}

const STDOUT = 1
const STDERR = 2

/** A checked file, and whether it is stderr, where no report may go then. */
export interface Output {
  /** The path, or `-` for stdout by any name, such as `/dev/stdout`. */
  readonly to: string
  readonly isStderr: boolean
  /** Whether an interrupted download goes on in it; not of a pipe or a device. */
  readonly isFile: boolean
}

/**
 * Refuses a file that can't be one, before anything is downloaded.
 *
 * @throws LastbyteError BAD_SETTING
 */
export async function checkFile(file: string): Promise<Output> {
  const output: Output = { to: file, isStderr: false, isFile: file !== '-' }
  if (file === '-') return output
  await checkLength(file)
  const target = await findTarget(file).catch(() => undefined)
  if (target === undefined) return output
  if (target.kind !== 'file') {
    const { descriptor } = target
    const to = descriptor === STDOUT ? '-' : file
    return { to, isStderr: descriptor === STDERR, isFile: false }
  }
  const found = await stat(file).catch(() => undefined)
  if (!found?.isDirectory() && !/[/\\]$/.test(file)) return output
  throw usageError('-o', 'expected the path of a file, or - for stdout, but of no folder', file)
}

/**
 * Refuses a name that the file system can't store.
 *
 * @throws LastbyteError BAD_SETTING
 */
export async function checkLength(file: string): Promise<void> {
  try {
    await lstat(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENAMETOOLONG') return
    const bytes = Buffer.byteLength(basename(file))
    const problem = `expected a name that the file system can hold (another one can be given here); received one of ${bytes} bytes`
    throw usageError('-o', problem)
  }
}

function checkUrl(url: string): void {
  const { protocol = '', port } = parseUrl(url) ?? {}
  if (!/^https?:$/.test(protocol)) {
    throw usageError('URL', 'expected http://… or https://…', withoutSecrets(url))
  }
  if (port === '0') {
    throw usageError('URL', 'expected a port from 1 to 65535', withoutSecrets(url))
  }
}

function nameIn(url: string): string {
  const { pathname, search } = new URL(url)
  const isArchive = pathname.endsWith('/') && isForArchive(search)
  const segment = decode(isArchive ? archiveNameOf(pathname) : basename(pathname))
  if (segment === undefined) {
    const problem = 'expected percent-encoded UTF-8 as the file name in its path; give one with -o'
    throw usageError('URL', problem, withoutSecrets(url))
  }
  // An encoded slash does not separate segments of the URL, but folders of the file system.
  const name = basename(segment)
  if (/^\.{0,2}$|[/\\\p{Cc}]/u.test(name)) {
    throw usageError(
      'URL',
      'expected a path that ends in a file name; give one with -o',
      withoutSecrets(url),
    )
  }
  return name
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
