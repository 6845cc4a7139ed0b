import type { FastifyRequest } from 'fastify'
import type { AccessControl } from '../access/access-control.js'
import { withoutAccessCookies } from '../access/access-cookie.js'
import { parseEntityTag, parseTagList, strongMatch } from '../http/entity-tag.js'
import { splitTarget } from '../http/request-target.js'
import { withoutSignature } from '../http/signed-query.js'

/**
 * Makes the request conditional: the file must have one of these versions (RFC 9110 §13.1.1). false: the condition
 * that the client itself has sent excludes all of them.
 */
export function requireVersions({ raw }: FastifyRequest, versions: readonly string[]): boolean {
  const own = raw.headers['if-match']
  const list = own === undefined ? undefined : parseTagList(own)
  const kept = versions.filter((version) => {
    if (list === undefined || list.kind === 'any') return true
    return list.tags.some((tag) => strongMatch(tag, parseEntityTag(version)))
  })
  replaceField(raw, 'if-match', kept.join(', '))
  return kept.length > 0
}

/**
 * Removes what is for this server before a request is forwarded to another one, also where something else has permitted
 * the request.
 */
export function dropCredentials(
  { raw }: FastifyRequest,
  control: Pick<AccessControl, 'asksFor'>,
): void {
  const { authorization, cookie } = raw.headers
  if (authorization !== undefined && control.asksFor(authorization)) {
    replaceField(raw, 'authorization', undefined)
  }
  if (cookie !== undefined) replaceField(raw, 'cookie', withoutAccessCookies(cookie))
  const { query } = splitTarget(raw.url ?? '')
  const kept = withoutSignature(query)
  if (kept !== query) raw.url = `${raw.url?.slice(0, raw.url.length - query.length)}${kept}`
}

/** Fields by which some servers take a request for one of another method or path than was judged. */
const OVERRIDES = [
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'x-original-url',
  'x-rewrite-url',
]

/** Removes what could make another server respond to another request than the one that is permitted. */
export function dropOverrides({ raw }: FastifyRequest): void {
  for (const name of OVERRIDES) {
    if (raw.headers[name] !== undefined) replaceField(raw, name, undefined)
  }
}

/** Replaces the lines of a field, in both forms in which node:http has them. */
function replaceField(raw: FastifyRequest['raw'], name: string, value: string | undefined): void {
  if (value === undefined) delete raw.headers[name]
  else raw.headers[name] = value
  const { rawHeaders } = raw
  for (let at = rawHeaders.length - 2; at >= 0; at -= 2) {
    if (rawHeaders[at]?.toLowerCase() === name) rawHeaders.splice(at, 2)
  }
  if (value !== undefined) rawHeaders.push(name, value)
}
