import { LastbyteError } from '../errors.js'
import { parseUrl } from './parse-url.js'

/** A URL without credentials, and the credentials that it contained. */
export interface RequestUrl {
  /** The URL without user name and password. */
  readonly href: string
  /** The user name and password as an Authorization field (RFC 7617). */
  readonly authorization: string | undefined
}

/**
 * Parses the URL of a request.
 *
 * @param setting the name of the option
 * @param base the URL of the page in a browser: relative URLs are resolved against it, and its own scheme
 *   is allowed besides http: and https:
 * @throws LastbyteError BAD_SETTING; the error omits credentials and the query, which may hold a signature
 */
export function parseRequestUrl(
  setting: string,
  url: string | URL,
  base: string | undefined,
): RequestUrl {
  const text = String(url)
  const parsed = parseUrl(text, base)
  if (parsed === undefined) {
    throw bad(setting, 'an absolute URL such as https://host.example/path', text)
  }
  const { protocol, username, password } = parsed
  const isSupported = /^https?:$/.test(protocol) || (base && protocol === new URL(base).protocol)
  if (!isSupported) throw bad(setting, 'a URL with http: or https:', text)
  // Port 0 stands for no port: a connection to it fails on each attempt.
  if (parsed.port === '0') throw bad(setting, 'a port from 1 to 65535', text)
  const authorization = basicCredentials(username, password)
  if (authorization === 'malformed') {
    throw bad(setting, 'a user name and password that are percent-encoded UTF-8', text)
  }
  parsed.username = ''
  parsed.password = ''
  return { href: parsed.href, authorization }
}

function basicCredentials(username: string, password: string): string | undefined {
  if (username === '' && password === '') return undefined
  try {
    const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
    return `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(pair)))}`
  } catch {
    return 'malformed'
  }
}

/** The text of a possibly invalid URL for an error message: without credentials, query and fragment. */
export function withoutSecrets(url: string | URL): string {
  const text = String(url)
  const parsed = parseUrl(text)
  if (parsed === undefined || parsed.host === '') {
    // In an invalid URL, everything before the last @ is treated as credentials.
    return text.replace(/^([a-z][a-z0-9+.-]*:)?([/\\]*).*@/is, '$1$2***@').replace(/[?#].*$/s, '?…')
  }
  const { protocol, username, password, host, pathname, search, hash } = parsed
  const userinfo = username === '' && password === '' ? '' : '***@'
  return `${protocol}//${userinfo}${host}${pathname}${search || hash ? '?…' : ''}`
}

function bad(setting: string, expected: string, url: string): LastbyteError {
  const received = withoutSecrets(url)
  const message = `${setting}: expected ${expected}; received "${received}"`
  return new LastbyteError('BAD_SETTING', message, { setting, received })
}
