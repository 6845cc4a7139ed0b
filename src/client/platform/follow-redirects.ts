import { releaseIterator } from '../../async/release-iterator.js'
import { LastbyteError } from '../../errors.js'
import { resolveLocation } from '../../http/location.js'
import { withoutSecrets } from '../../http/request-url.js'
import type { Answer } from '../../transport/response.js'
import type { ClientRequest } from './transport.js'

/**
 * Whether a redirect may lead from https: to http:, where anybody on the path can read the request and replace the
 * bytes.
 */
export type InsecureRedirects = 'refused' | 'allowed'

/** Statuses whose Location is followed (RFC 9110 §15.4). */
const REDIRECTS = new Set([301, 302, 303, 307, 308])
const MAX_REDIRECTS = 10

/** Request fields that carry no credentials, so they may follow a redirect to another origin. */
const CROSS_ORIGIN = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'if-match',
  'if-range',
  'if-unmodified-since',
  'last-event-id',
  'range',
  'user-agent',
  'want-repr-digest',
])

/** One request of a chain of redirects. */
export interface Hop extends Omit<ClientRequest, 'url'> {
  readonly url: URL
}

/**
 * Sends a request and follows redirects. Credentials are not sent to another origin; https: and http: of one host
 * are two.
 *
 * @throws LastbyteError REFUSED for a redirect that is not followed; as `send` does
 */
export async function followRedirects(
  request: ClientRequest,
  insecure: InsecureRedirects,
  send: (hop: Hop) => Promise<Answer>,
): Promise<Answer> {
  let url = new URL(request.url)
  let { fields } = request
  for (let hops = 0; ; hops += 1) {
    const response = await send({ ...request, url, fields })
    const location = response.field('location')
    if (!REDIRECTS.has(response.status) || location === undefined) {
      return hops === 0 ? response : redirected(response)
    }
    releaseIterator(response.body)
    const next = resolveLocation(location, url)
    if (next === undefined || !/^https?:$/.test(next.protocol) || next.port === '0') {
      const received = `a redirect to ${withoutSecrets(location)}`
      throw refused(request, response, `an http: or https: URL; received ${received}`)
    }
    if (insecure === 'refused' && isInsecure(url, next)) {
      throw insecureRedirect(request, response, next)
    }
    if (hops === MAX_REDIRECTS) {
      throw refused(request, response, `at most ${hops} redirects; received another one`)
    }
    if (next.origin !== url.origin) fields = withoutCredentials(fields)
    url = next
  }
}

function redirected(response: Answer): Answer {
  const { status, body, isDecoded = false } = response
  return { status, body, isDecoded, isRedirected: true, field: (name) => response.field(name) }
}

/** Whether a redirect leads from an encrypted connection to one that is not. */
export function isInsecure(from: URL, to: URL): boolean {
  return from.protocol === 'https:' && to.protocol !== 'https:'
}

/** The error for a redirect from https: to http:. */
export function insecureRedirect(
  request: ClientRequest,
  response: Pick<Answer, 'status'>,
  to: URL,
): LastbyteError {
  const received = `a redirect to ${withoutSecrets(to)}`
  const expected = `an https: URL (allowInsecureRedirects permits others); received ${received}`
  return refused(request, response, expected)
}

function refused(
  { url }: ClientRequest,
  { status }: Pick<Answer, 'status'>,
  expected: string,
): LastbyteError {
  const message = `Cannot request ${withoutSecrets(url)}: expected ${expected}`
  return new LastbyteError('REFUSED', message, { status })
}

/** The fields that may be sent to another origin. */
export function withoutCredentials(fields: ClientRequest['fields']): ClientRequest['fields'] {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => CROSS_ORIGIN.has(name)))
}
