import { readFile } from 'node:fs/promises'
import { parse as parseDuration } from '@lukeed/ms'
import { parseEntryLines } from '../access/entry-lines.js'
import { drawUrlKey, isKeyId, parseKeyLine } from '../access/key-line.js'
import { hashPassword } from '../access/password-hash.js'
import { signUrl } from '../access/sign-url.js'
import { drawAccessToken, isEntryName } from '../access/token-line.js'
import { isUserName } from '../access/user-line.js'
import { readSecret } from './read-secret.js'
import type { SignFlags } from './sign-flags.js'
import { renamedError, usageError } from './usage-error.js'

/** Prints the line of a users file. @throws LastbyteError BAD_SETTING */
export async function printPassword(given: string): Promise<void> {
  const name = given.normalize('NFC')
  if (!isUserName(name)) {
    throw usageError('name', 'expected a name without a colon and control characters', given)
  }
  const password = await readSecret('Password: ')
  if (password === '') throw usageError('password', 'expected a password; received none')
  print(`${name}:${await hashPassword(password)}`)
}

/** ms since the epoch. The line of a token has years of four digits. */
const YEAR_10000 = Date.UTC(10_000, 0)

/** Prints the line of a tokens file, and on stderr the token. @throws LastbyteError BAD_SETTING */
export function printToken(name: string, expires: string | undefined): void {
  if (!isEntryName(name)) {
    throw usageError('name', 'expected a name without spaces and colons', name)
  }
  const end = expires === undefined ? undefined : Date.now() + durationOf(expires)
  if (end !== undefined && end >= YEAR_10000) {
    throw usageError('--expires', 'expected a time that ends before the year 10000', expires)
  }
  const { token, line } = drawAccessToken(name, end)
  process.stderr.write(`The token, which is shown once: ${token}\n`)
  print(line)
}

/** Prints the line of a keys file. @throws LastbyteError BAD_SETTING */
export function printKey(id: string): void {
  if (!isKeyId(id)) {
    throw usageError('id', 'expected up to 64 letters, digits and the characters . _ -', id)
  }
  print(drawUrlKey(id))
}

/** Prints a signed URL. @throws LastbyteError BAD_SETTING */
export async function printSigned(url: string, flags: SignFlags): Promise<void> {
  const { expires, ip, etag: version, scope } = flags
  durationOf(expires)
  const key = await firstKey(flags.key)
  const given = {
    ...(ip !== undefined && { ip }),
    ...(version !== undefined && { version }),
    ...(scope !== undefined && { scope }),
  }
  try {
    print(signUrl(url, { key, expires, ...given }))
  } catch (error) {
    throw renamedError(error, FLAGS)
  }
}

/** The flags of options of `signUrl`. */
const FLAGS: ReadonlyMap<string, string> = new Map([
  ['expires', '--expires'],
  ['ip', '--ip'],
  ['version', '--etag'],
  ['scope', '--scope'],
])

/** The line of the first key of a file. */
async function firstKey(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw usageError('--key', `expected a file that can be read (${error.code})`, path)
  })
  const parsed = parseEntryLines(text, parseKeyLine)
  if (parsed.kind === 'malformed') {
    throw usageError('--key', `line ${parsed.line} of the file: ${parsed.reason}`)
  }
  const [first] = parsed.entries
  if (first === undefined) throw usageError('--key', 'expected a file with a key', path)
  return `${first.name}:${first.secret.toString('base64url')}`
}

function durationOf(expires: string): number {
  // A number alone is more likely to mean seconds than the ms that the parser takes it for.
  const ms = /[a-z]$/i.test(expires) ? parseDuration(expires) : undefined
  if (ms === undefined || ms <= 0) {
    throw usageError('--expires', 'expected a time such as 2h or 7d', expires)
  }
  return ms
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
