import { releaseIterator } from '../../async/release-iterator.js'
import { LastbyteError } from '../../errors.js'
import { Agents } from '../../transport/agents.js'
import { connectError } from '../../transport/connect-error.js'
import { sendNodeRequest } from '../../transport/node-request.js'
import type { Answer } from '../../transport/response.js'
import type { OpenTransport } from './platform.js'
import type { ClientRequest } from './transport.js'

/** Redirects that are followed (RFC 9110 §15.4). */
const REDIRECTS = new Set([301, 302, 303, 307, 308])
const MOST_REDIRECTS = 10

/** Fields that say nothing of the person who asks, and so may follow to another origin. */
const IMPERSONAL = new Set([
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
 * Requests over connections of its own. Redirects are followed anew at each request, so a signed URL
 * that has expired is asked for again where it came from; credentials never follow to another origin.
 */
export function nodeTransport(): OpenTransport {
  const agents = new Agents()
  return { send: (request) => follow(agents, request), close: () => agents.close() }
}

async function follow(agents: Agents, request: ClientRequest): Promise<Answer> {
  let url = new URL(request.url)
  let fields = request.fields
  for (let hops = 0; ; hops += 1) {
    const answer = await reach(agents, url, fields, request.signal)
    const location = answer.field('location')
    if (!REDIRECTS.has(answer.status) || location === undefined) return answer
    releaseIterator(answer.body)
    const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined
    if (next === undefined || !/^https?:$/.test(next.protocol) || hops === MOST_REDIRECTS) {
      const why = hops === MOST_REDIRECTS ? `${hops} redirects` : `a redirect to ${location}`
      const facts = { status: answer.status }
      throw new LastbyteError('REFUSED', `Cannot download: the server answers ${why}`, facts)
    }
    if (next.origin !== url.origin) fields = impersonal(fields)
    url = next
  }
}

async function reach(
  agents: Agents,
  url: URL,
  fields: ClientRequest['fields'],
  signal: AbortSignal,
): Promise<Answer> {
  signal.throwIfAborted()
  try {
    return await sendNodeRequest({ agent: agents.for(url), url: bare(url), fields, signal })
  } catch (error) {
    signal.throwIfAborted()
    throw connectError(url, error)
  }
}

/** What a redirect says of a name and a password is nobody's credentials. */
function bare(url: URL): URL {
  const copy = new URL(url)
  copy.username = ''
  copy.password = ''
  return copy
}

function impersonal(fields: ClientRequest['fields']): ClientRequest['fields'] {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => IMPERSONAL.has(name)))
}
