import { parse as parseDuration } from '@lukeed/ms'
import { addressList } from '../http/client-address.js'
import { parseEntityTag } from '../http/entity-tag.js'
import { parseUrl } from '../http/parse-url.js'
import { isSignatureName } from '../http/signed-query.js'
import { type Expectations, required, TEXT } from '../validation/expectation.js'
import { settingError } from '../validation/option-error.js'
import { readArgument, readOptions } from '../validation/read-options.js'
import { parseKeyLine } from './key-line.js'
import { canonicalPath, PARAMETERS, signatureOf } from './signature.js'
import { coversPath } from './signed-scope.js'

/**
 * What a signed URL permits, and until when.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { type SignUrlOptions, signUrl } from 'lastbyte'
 *
 * const options: SignUrlOptions = {
 *   key: 'k1:GZgQjzYo6bJ9u0YkVJdZ5Vq1T7JX0r3mXc2mW0hPq8E',
 *   expires: new Date('2030-01-01T00:00:00Z'),
 *   scope: '/films/series/',
 * }
 * const url = signUrl('https://media.example/films/series/index.m3u8', options)
 * assert.equal(new URL(url).searchParams.get('lb-expires'), '1893456000')
 * ```
 */
export interface SignUrlOptions {
  /** The line `ID:SECRET` of the keys file with which to sign; the secret has at least 16 bytes in base64url. */
  readonly key: string
  /** When the URL expires: ms or a text such as `2h` from now on, or a date. */
  readonly expires: number | string | Date
  /** The address or network that may use the URL, such as `203.0.113.7` or `2001:db8::/64`. Default: any. */
  readonly ip?: string
  /** The strong ETag that the file must have, with its quotes; another version gets a 412. Default: any version. */
  readonly version?: string
  /**
   * A folder above the path, with a slash at its end: the signature permits everything below it. Default: the path
   * itself, which is such a folder where it ends with a slash.
   */
  readonly scope?: string
}

const LATEST = 999_999_999_999

const OPTIONS: Expectations<SignUrlOptions> = {
  key: required({
    expected: 'a line "ID:SECRET", as "lastbyte key ID" prints it',
    accepts: (value) => typeof value === 'string' && parseKeyLine(value).kind === 'entry',
  }),
  expires: required({
    expected: 'a number of ms above 0, a time such as "2h", or a Date',
    accepts: (value) => expiryOf(value, 0) !== undefined,
  }),
  ip: {
    expected: 'an address such as 203.0.113.7, or a network such as 2001:db8::/64',
    accepts: (value) => typeof value === 'string' && isAddress(value),
  },
  version: {
    expected: 'a strong ETag with its quotes',
    accepts: (value) => typeof value === 'string' && parseEntityTag(value)?.weak === false,
  },
  scope: {
    expected: 'a path with a slash at its start and its end',
    accepts: (value) => typeof value === 'string' && /^\/(?:.*\/)?$/s.test(value),
  },
}

/**
 * Signs a URL, so that it opens a file of a server with `access.keys` without credentials until it expires. The
 * signature covers the path in any encoding, the expiry, and where given the version and the client's address;
 * GET and HEAD alone are permitted. It is HMAC-SHA-256 and is computed here: no request is sent.
 *
 * @param url an absolute http: or https: URL, or a path that starts with a slash, as the server receives it
 *   that of the page that plays a file, `-/watch/film.mp4`, is signed for the file too
 * @returns the URL with the parameters of the signature behind its own
 * @throws LastbyteError BAD_SETTING for an option, and for a URL without a path that names a file
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte, { signUrl } from 'lastbyte'
 *
 * const key = 'k1:GZgQjzYo6bJ9u0YkVJdZ5Vq1T7JX0r3mXc2mW0hPq8E'
 * const app = Fastify()
 * await app.register(lastbyte, { root: 'media', access: { keys: [key] } })
 * const url = await app.listen({ host: '127.0.0.1', port: 0 })
 * assert.equal((await fetch(`${url}/clip.vtt`)).status, 403)
 * const signed = signUrl(`${url}/clip.vtt`, { key, expires: '2h' })
 * assert.match(await (await fetch(signed)).text(), /^WEBVTT/)
 * await app.close()
 * ```
 */
export function signUrl(url: string | URL, given: SignUrlOptions): string {
  const options = readOptions(given, OPTIONS)
  const text = readArgument('url', url instanceof URL ? url.href : url, TEXT) as string
  const { path, rest, fragment, query } = splitUrl(text)
  // The page that plays a file is permitted by the signature of the file.
  const canonical = canonicalPath(path)?.replace(/\/-\/watch\/(?=.)/, '/')
  const names = [...new URLSearchParams(query).keys()]
  if (canonical === undefined || names.some(isSignatureName)) {
    throw invalidUrl()
  }
  const scope = options.scope === undefined ? canonical : canonicalPath(options.scope)
  if (scope === undefined || !coversPath(scope, canonical)) {
    const message = 'scope: expected a folder that the path of the URL is below'
    throw settingError('scope', message, options.scope)
  }
  const key = parseKeyLine(options.key)
  // The options accept no other lines.
  if (key.kind === 'malformed') throw settingError('key', `key: ${key.reason}`, undefined)
  const { ip, version } = options
  const seconds = Math.ceil((expiryOf(options.expires, Date.now()) ?? 0) / 1000)
  const expires = String(seconds)
  const signature = signatureOf({ scope, expires, version, ip }, key.entry)
  const parameters = new URLSearchParams({
    [PARAMETERS.expires]: expires,
    ...(ip !== undefined && { [PARAMETERS.ip]: ip }),
    ...(version !== undefined && { [PARAMETERS.version]: version }),
    [PARAMETERS.key]: key.entry.name,
    [PARAMETERS.signature]: signature,
  })
  const own = query === '' ? '' : `${query}&`
  return `${rest}${path}?${own}${parameters}${fragment}`
}

/** ms since the epoch. */
function expiryOf(expires: unknown, now: number): number | undefined {
  if (expires instanceof Date) return within(expires.getTime())
  // The parser takes a number without a unit for ms, where its author is likely to mean seconds.
  const hasUnit = typeof expires === 'string' && /[a-z]$/i.test(expires)
  const ms = hasUnit ? parseDuration(expires) : expires
  return typeof ms === 'number' && ms > 0 ? within(now + ms) : undefined
}

function within(time: number): number | undefined {
  return time >= 0 && time / 1000 <= LATEST ? time : undefined
}

/** An address list would also accept the name of several networks. */
function isAddress(text: string): boolean {
  return /^[\d.a-f:/]+$/i.test(text) && addressList(text) !== undefined
}

interface SplitUrl {
  /** Scheme and authority; empty for a path. */
  readonly rest: string
  readonly path: string
  /** Without its question mark. */
  readonly query: string
  /** With its number sign. */
  readonly fragment: string
}

function splitUrl(text: string): SplitUrl {
  // A URL takes a backslash for a slash, and skips tabs: `/\host` names another host.
  const isPath = /^\/(?![/\\])/.test(text.replace(/[\t\n\r]/g, ''))
  const url = parseUrl(text, isPath ? 'http://any' : undefined)
  const isHttp = url && /^https?:$/.test(url.protocol) && url.username + url.password === ''
  if (!isHttp) throw invalidUrl()
  const { pathname: path, search, hash: fragment, origin } = url
  return { rest: isPath ? '' : origin, path, query: search.slice(1), fragment }
}

/** Without the URL, which may be a secret. */
function invalidUrl() {
  const message =
    'url: expected an http: or https: URL without a user name, or a path, that names a file and has no parameter lb-*'
  return settingError('url', message, undefined)
}
