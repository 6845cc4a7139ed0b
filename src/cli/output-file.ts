import { lstat } from 'node:fs/promises'
import { basename } from 'node:path'
import { withoutSecrets } from '../http/request-url.js'
import { usageError } from './usage-error.js'

/** The longest suffix that a download adds to the name of its file, for the files beside it. */
const LONGEST_SUFFIX = '.part.json.new'

/**
 * Where a URL is downloaded to: `-o` if it was given, else the last segment of the URL's path, as a name
 * in this folder. `-` is stdout.
 *
 * @throws LastbyteError BAD_SETTING for a URL that can't be used or has no name, and for an empty `-o`
 */
export function outputFor(url: string, output: string | undefined): string {
  checkUrl(url)
  if (output === undefined) return nameIn(url)
  if (output !== '' && !output.includes('\0')) return output
  throw usageError('-o', 'expected a file, or - for stdout', output)
}

/**
 * Refuses a name that the file system can't store, before anything is downloaded.
 *
 * @throws LastbyteError BAD_SETTING
 */
export async function checkLength(file: string): Promise<void> {
  try {
    await lstat(`${file}${LONGEST_SUFFIX}`)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENAMETOOLONG') return
    const bytes = Buffer.byteLength(basename(file))
    const problem = `expected a name that the file system can hold, with room for ${LONGEST_SUFFIX}`
    throw usageError('-o', `${problem}; received one of ${bytes} bytes`)
  }
}

function checkUrl(url: string): void {
  const { protocol = '', port } = URL.canParse(url) ? new URL(url) : {}
  if (/^https?:$/.test(protocol) && port !== '0') return
  const problem = 'expected http://… or https://…, with a port from 1 to 65535'
  throw usageError('URL', problem, withoutSecrets(url))
}

function nameIn(url: string): string {
  const segment = decode(basename(new URL(url).pathname))
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
