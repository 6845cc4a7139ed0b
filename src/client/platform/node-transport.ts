import { releaseIterator } from '../../async/release-iterator.js'
import { LastbyteError } from '../../errors.js'
import { resolveLocation } from '../../http/location.js'
import { withoutSecrets } from '../../http/request-url.js'
import { Agents } from '../../transport/agents.js'
import { connectError } from '../../transport/connect-error.js'
import { sendNodeRequest } from '../../transport/node-request.js'
import type { Answer } from '../../transport/response.js'
import type { OpenTransport } from './platform.js'
import type { ClientRequest } from './transport.js'

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

/**
 * Sends requests over keep-alive connections of its own. Each request follows the redirects from its
 * original URL again, because the target of a redirect may be a signed URL that expires. Credentials
 * are not sent to another origin.
 */
export function nodeTransport(): OpenTransport {
  const agents = new Agents()
  return { send: (request) => followRedirects(agents, request), close: () => agents.close() }
}

async function followRedirects(agents: Agents, request: ClientRequest): Promise<Answer> {
  let url = new URL(request.url)
  let { fields } = request
  for (let hops = 0; ; hops += 1) {
    const response = await send(agents, { url, fields, signal: request.signal })
    const location = response.field('location')
    if (!REDIRECTS.has(response.status) || location === undefined) return response
    releaseIterator(response.body)
    const next = resolveLocation(location, url)
    if (next === undefined || !/^https?:$/.test(next.protocol) || next.port === '0') {
      const received = `a redirect to ${withoutSecrets(location)}`
      throw refused(request, response, `an http: or https: URL; received ${received}`)
    }
    if (hops === MAX_REDIRECTS) {
      throw refused(request, response, `at most ${hops} redirects; received another one`)
    }
    if (next.origin !== url.origin) fields = withoutCredentials(fields)
    url = next
  }
}

function refused({ url }: ClientRequest, { status }: Answer, expected: string): LastbyteError {
  const message = `Cannot request ${withoutSecrets(url)}: expected ${expected}`
  return new LastbyteError('REFUSED', message, { status })
}

/** One request of a chain of redirects. */
interface Hop extends Omit<ClientRequest, 'url'> {
  readonly url: URL
}

async function send(agents: Agents, { url, fields, signal }: Hop): Promise<Answer> {
  signal.throwIfAborted()
  try {
    return await sendNodeRequest({ agent: agents.for(url), url: bareUrl(url), fields, signal })
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof LastbyteError && error.code === 'BAD_FIELD') throw error
    if (isUnsendable(error)) {
      const message = `Cannot request ${withoutSecrets(url)}: Node refuses it: ${error.message}`
      throw new LastbyteError('BAD_SETTING', message, {}, { cause: error })
    }
    throw connectError(url, error)
  }
}

/** Whether Node refused the request itself, before it connected: no other attempt could succeed. */
function isUnsendable(error: unknown): error is Error {
  const isArgumentError = error instanceof TypeError || error instanceof RangeError
  return isArgumentError && /^ERR_/.test((error as NodeJS.ErrnoException).code ?? '')
}

/** Credentials in a Location are ignored: a server doesn't choose which ones are sent. */
function bareUrl(url: URL): URL {
  const copy = new URL(url)
  copy.username = ''
  copy.password = ''
  return copy
}

function withoutCredentials(fields: ClientRequest['fields']): ClientRequest['fields'] {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => CROSS_ORIGIN.has(name)))
}
