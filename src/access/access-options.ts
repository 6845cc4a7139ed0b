import { isGlob } from '../http/path-glob.js'
import { arrayOf, type Expectation, type Expectations, STRING } from '../validation/expectation.js'
import { invalidSetting } from '../validation/option-error.js'
import { readNestedOptions } from '../validation/read-options.js'

/**
 * Who may use a registration: users with passwords, programs with tokens, and everybody who has a signed URL. At least
 * one of `users`, `tokens` and `keys` is given. Each is the path of a file with one entry a line, which is read again
 * when it has changed, or an array of such lines.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createHash } from 'node:crypto'
 * import Fastify from 'fastify'
 * import lastbyte, { type AccessOptions } from 'lastbyte'
 *
 * // As `lastbyte token ci` prints it.
 * const token = 'K3xhqQ5mJ0y8kq2Yw1nR7b4s'
 * const hash = createHash('sha256').update(token).digest('base64url')
 * const access: AccessOptions = { tokens: [`ci:$sha256$${hash}`], public: ['*.vtt'] }
 * const app = Fastify()
 * await app.register(lastbyte, { root: 'media', access })
 * assert.equal((await app.inject('/clip.mp4')).statusCode, 401)
 * assert.equal((await app.inject('/clip.vtt')).statusCode, 200)
 * const headers = { authorization: `Bearer ${token}` }
 * assert.equal((await app.inject({ url: '/clip.mp4', headers })).statusCode, 200)
 * await app.close()
 * ```
 */
export interface AccessOptions {
  /** Lines `NAME:$scrypt$ln=15,r=8,p=3$SALT$HASH`, as `lastbyte password NAME` prints them. Default: no users. */
  users?: string | URL | readonly string[]
  /** Lines `NAME:$sha256$HASH`, as `lastbyte token NAME` prints them. Default: no tokens. */
  tokens?: string | URL | readonly string[]
  /** Lines `ID:SECRET`, as `lastbyte key ID` prints them; all of them verify signed URLs. Default: no keys. */
  keys?: string | URL | readonly string[]
  /** Globs of files and folders below the prefix that need no credentials, such as `posters/**`. Default: none. */
  public?: readonly string[]
  /**
   * What a browser shows when it asks for a password.
   *
   * @default 'lastbyte'
   */
  realm?: string
}

/** A file, or lines. */
const ENTRIES: Expectation = {
  expected: 'the path or file: URL of a file, or an array of lines',
  accepts: (value) =>
    Array.isArray(value)
      ? value.every(STRING.accepts)
      : (typeof value === 'string' && value !== '') ||
        (value instanceof URL && value.protocol === 'file:'),
  copy: (value) => (Array.isArray(value) ? Object.freeze([...value]) : value),
}

const OPTIONS: Expectations<AccessOptions> = {
  users: ENTRIES,
  tokens: ENTRIES,
  keys: ENTRIES,
  public: arrayOf(
    { expected: 'a glob', accepts: (value) => typeof value === 'string' && isGlob(value) },
    'an array of globs of at most 500 characters, without !(…)',
  ),
  realm: {
    expected: 'a text of printable ASCII characters without quotes and backslashes',
    accepts: (value) => typeof value === 'string' && /^[ !#-[\]-~]{1,200}$/.test(value),
  },
}

/** Reads the option `access`. @throws LastbyteError BAD_SETTING */
export function readAccessOptions(given: unknown): Readonly<AccessOptions> | undefined {
  if (given === undefined) return undefined
  const own = readNestedOptions<AccessOptions>('access', given, OPTIONS)
  if (own.users === undefined && own.tokens === undefined && own.keys === undefined) {
    throw invalidSetting('access', 'expected at least one of "users", "tokens" and "keys"', given)
  }
  return own
}
