import type { SentRequest } from '../subject/exchange.js'

/**
 * Request fields that say nothing about who sends them. All others may hold credentials: Authorization, Cookie, and
 * the fields of a caller, such as X-Api-Key.
 */
const OPEN = /^(host|accept(-.*)?|user-agent|range|if-.*|want-.*|connection|cache-control|origin)$/
const OPEN_OF_A_BODY = /^(content-.*|te|trailer|transfer-encoding|access-control-.*)$/

/** Characters that a secret has at least; a shorter text may be part of any word. */
const LEAST = 4

/** The same for a parameter of a query, most of which are words, such as `download`. */
const LEAST_OF_A_PARAMETER = 8

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

/** A text without the secrets of the request that it may quote, such as a signed query in a Location. */
export function withoutSecretsOf({ fields, url }: SentRequest, text: string): string {
  const secrets = Object.entries(fields).flatMap(([name, value]) =>
    isSecret(name) ? [value, ...basicPair(value)] : [],
  )
  return [...secrets, url.search.slice(1)]
    .filter((secret) => secret.length >= LEAST)
    .concat(parameterValues(url).filter((value) => value.length >= LEAST_OF_A_PARAMETER))
    .sort((a, b) => b.length - a.length)
    .reduce((shown, secret) => shown.replaceAll(secret, '…'), text)
}

/** `user:password` of the credentials of Basic (RFC 7617 §2). */
function basicPair(value: string): string[] {
  const [, encoded] = /^basic +(\S+)$/i.exec(value) ?? []
  return encoded === undefined ? [] : [encoded, Buffer.from(encoded, 'base64').toString()]
}

/** The values in a query, as they were sent and decoded. */
function parameterValues({ search, searchParams }: URL): string[] {
  const sent = search
    .slice(1)
    .split('&')
    .map((each) => each.slice(each.indexOf('=') + 1))
  return [...sent, ...searchParams.values()]
}
