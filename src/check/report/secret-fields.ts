import { withoutSecrets } from '../../http/request-url.js'
import type { SentRequest } from '../subject/exchange.js'

/**
 * Request fields that say nothing about who sends them. All others may hold credentials: Authorization, Cookie, and
 * the fields of a caller, such as X-Api-Key.
 */
const OPEN = /^(host|accept(-.*)?|user-agent|range|if-.*|want-.*|connection|cache-control|origin)$/
const OPEN_OF_A_BODY = /^(content-.*|te|trailer|transfer-encoding|access-control-.*)$/

/** Characters that a secret has at least; a shorter text may be part of any word. */
const LEAST = 4

/** The same for a parameter of a query, a cookie or a token: many are words, such as `download`. */
const LEAST_OF_A_PART = 8

/** Whether the value of a request field must not be shown. */
export function isSecret(name: string): boolean {
  return !OPEN.test(name) && !OPEN_OF_A_BODY.test(name)
}

const SECRET_OF_A_RESPONSE =
  /^(set-cookie2?|(www-|proxy-)?authenticat(e|ion-info))$|^proxy-authentication-info$/

/** Whether the value of a response field must not be shown: a session that it opens, a nonce. */
export function isResponseSecret(name: string): boolean {
  return SECRET_OF_A_RESPONSE.test(name.toLowerCase())
}

/** Response fields that are a URL, whose query may be signed for this client alone. */
const URLS_OF_A_RESPONSE = /^(content-)?location$/

/** The value of a response field as a report shows it. */
export function shownResponseField(request: SentRequest, name: string, value: string): string {
  if (isResponseSecret(name)) return '…'
  const isUrl = URLS_OF_A_RESPONSE.test(name.toLowerCase())
  return withoutSecretsOf(request, isUrl ? withoutSecrets(value) : value)
}

/** A text without the secrets of a request, and of the first of its run, that it may quote. */
export function withoutSecretsOf(request: SentRequest, text: string): string {
  const sent = request.given === undefined ? [request] : [request, request.given]
  return sent
    .flatMap(secretsOf)
    .sort((a, b) => b.length - a.length)
    .reduce((shown, secret) => shown.replaceAll(secret, '…'), text)
}

function secretsOf({ fields, url }: Pick<SentRequest, 'fields' | 'url'>): string[] {
  const values = Object.entries(fields).flatMap(([name, value]) => (isSecret(name) ? [value] : []))
  const secrets = [...values.flatMap((value) => [value, ...basicParts(value)]), url.search.slice(1)]
  const parts = [...values.flatMap(valueParts), ...parameterValues(url)]
  return [
    ...secrets.filter((secret) => secret.length >= LEAST),
    ...parts.filter((part) => part.length >= LEAST_OF_A_PART),
  ]
}

/** `user:password` of the credentials of Basic (RFC 7617 §2), and the password by itself. */
function basicParts(value: string): string[] {
  const [, encoded] = /^basic +(\S+)$/i.exec(value) ?? []
  if (encoded === undefined) return []
  const pair = Buffer.from(encoded, 'base64').toString()
  return [encoded, pair, pair.slice(pair.indexOf(':') + 1)]
}

/** The words of a field, and what follows `=` in them: the token of Bearer, the value of one cookie. */
function valueParts(value: string): string[] {
  const words = value.split(/[\s;,]+/)
  return words.flatMap((word) => [word, word.slice(word.indexOf('=') + 1).replaceAll('"', '')])
}

/** The values in a query, as they were sent and decoded. */
function parameterValues({ search, searchParams }: URL): string[] {
  const sent = search
    .slice(1)
    .split('&')
    .map((each) => each.slice(each.indexOf('=') + 1))
  return [...sent, ...searchParams.values()]
}
