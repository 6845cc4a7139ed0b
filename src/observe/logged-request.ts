import { redactSecrets } from './redact-secrets.js'
import type { ObservedResponse } from './response-observer.js'

/** What a line of the access log says of a request. A field that was not sent is undefined. */
export interface LoggedRequest {
  readonly address: string | undefined
  readonly user: string | undefined
  /** The request line; its members are undefined where no request could be parsed. */
  readonly method: string | undefined
  /** Without secrets. */
  readonly target: string | undefined
  readonly protocol: string | undefined
  readonly host: string | undefined
  readonly range: string | undefined
  /** Without secrets. */
  readonly referer: string | undefined
  readonly userAgent: string | undefined
}

/** Reads what is logged of the request of a response. */
export function loggedRequest({ raw, address, status }: ObservedResponse): LoggedRequest {
  const { headers = {}, method, httpVersion } = raw ?? {}
  const target = (raw as { originalUrl?: string } | undefined)?.originalUrl ?? raw?.url
  const { referer, authorization, range, 'user-agent': userAgent } = headers
  const host = headers[':authority']?.toString() ?? headers.host
  return {
    address,
    // Of a refused request, the name is whatever its sender has made up.
    user: status === 401 ? undefined : userOf(authorization),
    method,
    target: target && redactSecrets(target),
    protocol: httpVersion && `HTTP/${httpVersion}`,
    host,
    range,
    referer: referer && redactSecrets(referer),
    userAgent,
  }
}

/** The user name of Basic credentials (RFC 7617), without the password. */
function userOf(authorization: string | undefined): string | undefined {
  const [, encoded] = /^basic +([\w+/=-]+)$/i.exec(authorization ?? '') ?? []
  if (encoded === undefined) return undefined
  const [name = '', ...password] = Buffer.from(encoded, 'base64').toString('latin1').split(':')
  return name === '' || password.length === 0 ? undefined : name
}
