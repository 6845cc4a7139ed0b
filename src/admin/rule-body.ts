import type { FastifyInstance, FastifyRequest } from 'fastify'
import { hasFewLevels, TOO_DEEP } from '../http/parse-json.js'
import { hasPermissionToken, type Permission } from './authorize.js'

/**
 * The types with which clients send JSON that they don't declare: `curl -d` sends the type of a form, others none.
 * A page of another site can send them too, without a preflight request (Fetch, CORS-safelisted request header).
 */
const UNDECLARED: ReadonlySet<string> = new Set([
  '',
  'text/plain',
  'application/x-www-form-urlencoded',
])

/** Fields that browsers send with the requests of pages, and command-line clients don't. */
const OF_A_PAGE = ['origin', 'referer', 'sec-fetch-site', 'sec-fetch-mode', 'cookie'] as const

/** How the body of a request is read. */
export type BodyReading =
  | { readonly kind: 'json' }
  | { readonly kind: 'refused'; readonly status: 415; readonly detail: string }

/**
 * Decides whether the body of a request is read as JSON. A type that declares nothing is accepted of a request with
 * the token, which a page of another site can't send without a preflight request, and of one that no page has sent.
 *
 * @param type the value of Content-Type; undefined without the field
 */
export function decideBodyReading(
  type: string | undefined,
  fields: Readonly<Record<string, unknown>>,
  isAuthorized: boolean,
): BodyReading {
  const media = (type ?? '').replace(/;.*$/s, '').trim().toLowerCase()
  if (media === 'application/json') return { kind: 'json' }
  const received = media === '' ? 'none' : `"${media}"`
  if (!UNDECLARED.has(media))
    return refused(`Content-Type: expected application/json; received ${received}`)
  if (isAuthorized || !OF_A_PAGE.some((name) => fields[name] !== undefined)) return { kind: 'json' }
  const detail = `Content-Type: expected application/json from a page, or the token as Authorization: Bearer TOKEN; received ${received}`
  return refused(detail)
}

function refused(detail: string): BodyReading {
  return { kind: 'refused', status: 415, detail }
}

/** Lets the routes of a scope read JSON, also where Content-Type doesn't declare it. Replaces all other parsers. */
export function parseRuleBodies(scope: FastifyInstance, permission: Permission): void {
  scope.removeAllContentTypeParsers()
  const parse = scope.getDefaultJsonParser('error', 'error')
  scope.addContentTypeParser('*', { parseAs: 'string' }, (request, received, done) => {
    const reading = readingOf(request, permission)
    const text = String(received)
    if (reading.kind === 'refused') return done(refusal(reading.detail, reading.status))
    if (!hasFewLevels(text)) return done(refusal(`rule: ${TOO_DEEP}`, 400))
    if (!/^\s*[[{]/.test(text)) return done(refusal(notJson(text), 400))
    parse(request, text, (error, body) => {
      done(error === null ? null : refusal(`${notJson(text)} (${reasonOf(text)})`, 400), body)
    })
  })
}

function readingOf({ headers, raw }: FastifyRequest, permission: Permission): BodyReading {
  return decideBodyReading(headers['content-type'], headers, hasPermissionToken(raw, permission))
}

/** Characters of a body that a message quotes. */
const QUOTED = 40

function notJson(text: string): string {
  const start = JSON.stringify(text.slice(0, QUOTED))
  const received = text.length > QUOTED ? `${start}…` : start
  return `rule: expected JSON, such as {"fault":{"kind":"truncate","at":1000}}; received ${received}`
}

/** Why a text isn't accepted as JSON. The parser of Fastify says so of the type that it was sent with. */
function reasonOf(text: string): string {
  try {
    JSON.parse(text)
    return 'a member is named __proto__ or constructor'
  } catch (error) {
    return (error as SyntaxError).message
  }
}

function refusal(message: string, statusCode: 400 | 415): Error {
  return Object.assign(new Error(message), { statusCode })
}
