import { canonicalName } from '../../http/field-name.js'
import { withoutSecrets } from '../../http/request-url.js'
import type { SentRequest } from '../subject/exchange.js'
import type { Failure } from '../subject/finding.js'
import { isSecret, withoutSecretsOf } from './secret-fields.js'

/** A request without its secrets. */
export interface ShownRequest {
  readonly method: string
  readonly url: string
  /** Such as `1.1`. */
  readonly version: string
  /** Names and values; a value that may be a secret is `…`. */
  readonly fields: readonly (readonly [name: string, value: string])[]
}

/** A failure, without the secrets of the request. Its texts are those of the server: they may have any character. */
export interface ShownFailure {
  /** undefined if there was no response. */
  readonly request: ShownRequest | undefined
  readonly expected: string
  readonly received: string
}

export function shownFailure({ exchange, expected, received }: Failure): ShownFailure {
  if (exchange === undefined) return { request: undefined, expected, received }
  const { request } = exchange
  return {
    request: shownRequest(request),
    expected: withoutSecretsOf(request, expected),
    received: withoutSecretsOf(request, received),
  }
}

function shownRequest(request: SentRequest): ShownRequest {
  const { method, url, version, fields } = request
  const shownValue = (name: string, value: string) =>
    isSecret(name) ? '…' : withoutSecretsOf(request, value)
  const shown = Object.entries(fields).map(
    ([name, value]) => [canonicalName(name), shownValue(name, value)] as const,
  )
  return { method, url: withoutSecrets(url), version, fields: shown }
}

/** Fields that a request of a run has unless a check says otherwise. */
const USUAL: Readonly<Record<string, string>> = {
  Accept: '*/*',
  'Accept-Encoding': 'identity',
  'User-Agent': 'lastbyte-check',
}

/** A request in one line, with the fields that not every request has: `GET /film.mkv, Range: bytes=0-0`. */
export function requestText({ method, url, version, fields }: ShownRequest): string {
  const { host, pathname } = new URL(url)
  const path = url.includes('?') ? `${pathname}?…` : pathname
  const unusual = fields.filter(([name, value]) => USUAL[name] !== value)
  const sent = unusual.filter(([name, value]) => name !== 'Host' || value !== host)
  return [`${method} ${path} HTTP/${version}`, ...sent.map((field) => field.join(': '))].join(', ')
}
