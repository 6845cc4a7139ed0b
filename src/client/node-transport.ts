import { Agent, type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps, Agent as SecureAgent } from 'node:https'
import { LastbyteError } from '../errors.js'
import type { Answer, ClientRequest, Transport } from './transport.js'

/** A transport of Node's, and the connections that it keeps. */
export interface NodeTransport {
  readonly send: Transport
  /** Closes its connections. */
  close(): Promise<void>
}

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
  'range',
  'user-agent',
  'want-repr-digest',
])

/** Connections that are kept for the next request. */
interface Agents {
  readonly plain: Agent
  readonly secure: SecureAgent
}

/**
 * Requests over connections of its own. Redirects are followed anew at each request, so a signed URL
 * that has expired is asked for again where it came from; credentials never follow to another origin.
 */
export function nodeTransport(): NodeTransport {
  const agents: Agents = {
    plain: new Agent({ keepAlive: true }),
    secure: new SecureAgent({ keepAlive: true }),
  }
  return {
    send: (request) => follow(agents, request),
    close: async () => {
      agents.plain.destroy()
      agents.secure.destroy()
    },
  }
}

async function follow(agents: Agents, request: ClientRequest): Promise<Answer> {
  let url = new URL(request.url)
  let { fields } = request
  for (let hops = 0; ; hops += 1) {
    const answer = await ask(agents, url, fields, request.signal)
    const { statusCode = 0 } = answer
    const { location } = answer.headers
    if (!REDIRECTS.has(statusCode) || location === undefined) return answerOf(answer)
    answer.destroy()
    const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined
    if (next === undefined || !/^https?:$/.test(next.protocol) || hops === MOST_REDIRECTS) {
      const why = hops === MOST_REDIRECTS ? `${hops} redirects` : `a redirect to ${location}`
      const facts = { status: statusCode }
      throw new LastbyteError('REFUSED', `Cannot download: the server answers ${why}`, facts)
    }
    if (next.origin !== url.origin) fields = impersonal(fields)
    url = next
  }
}

/** Sends a GET; resolves as soon as the head of its answer is here. */
function ask(
  { plain, secure }: Agents,
  url: URL,
  fields: ClientRequest['fields'],
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const isSecure = url.protocol === 'https:'
  const [request, agent] = isSecure ? [requestHttps, secure] : [requestHttp, plain]
  // Not of the URL itself: a name and a password in it would follow a redirect.
  const { hostname, port, pathname, search } = url
  const host = hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    request({ host, port, path: pathname + search, headers: fields, agent, signal })
      .on('error', (error) => reject(signal.aborted ? signal.reason : unreachable(url, error)))
      // Whoever reads meets an error at its turn; after that it is nobody's.
      .on('response', (answer) => resolve(answer.on('error', () => {})))
      .end()
  })
}

function answerOf(answer: IncomingMessage): Answer {
  return {
    status: answer.statusCode ?? 0,
    field: (name) => answer.headersDistinct[name]?.join(', '),
    body: answer[Symbol.asyncIterator](),
  }
}

function impersonal(fields: ClientRequest['fields']): ClientRequest['fields'] {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => IMPERSONAL.has(name)))
}

/** Says which of name, connection and TLS failed. */
function unreachable({ host }: URL, cause: unknown): LastbyteError {
  const { code = '', message } = cause as NodeJS.ErrnoException
  const [reason, what] = reasonOf(code)
  const text = `Cannot reach ${host}: ${what}${message === '' ? '' : `: ${message}`}`
  return new LastbyteError('UNREACHABLE', text, { host, reason, code }, { cause })
}

function reasonOf(code: string): [reason: 'name' | 'refused' | 'tls' | 'connection', what: string] {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return ['name', 'its name is not known']
  if (code === 'ECONNREFUSED') return ['refused', 'it refuses connections']
  if (/CERT|TLS|SSL|SELF_SIGNED|VERIFY/.test(code)) return ['tls', 'TLS failed']
  return ['connection', 'the connection failed']
}
