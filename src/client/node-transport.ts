import { Agent, type Dispatcher } from 'undici'
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

/**
 * Requests through undici. Redirects are followed anew at each request, so a signed URL that has
 * expired is asked for again where it came from; credentials never follow to another origin.
 */
export function nodeTransport(): NodeTransport {
  // Whoever reads watches for stalls: these timers would only guess.
  const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0 })
  return { send: (request) => follow(agent, request), close: () => agent.destroy() }
}

async function follow(agent: Dispatcher, request: ClientRequest): Promise<Answer> {
  let url = new URL(request.url)
  let { fields } = request
  for (let hops = 0; ; hops += 1) {
    const answer = await ask(agent, url, fields, request.signal)
    const location = answer.headers.location?.toString()
    if (!REDIRECTS.has(answer.statusCode) || location === undefined) return answerOf(answer)
    answer.body.on('error', () => {}).destroy()
    const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined
    if (next === undefined || !/^https?:$/.test(next.protocol) || hops === MOST_REDIRECTS) {
      const why = hops === MOST_REDIRECTS ? `${hops} redirects` : `a redirect to ${location}`
      const facts = { status: answer.statusCode }
      throw new LastbyteError('REFUSED', `Cannot download: the server answers ${why}`, facts)
    }
    if (next.origin !== url.origin) fields = impersonal(fields)
    url = next
  }
}

async function ask(
  agent: Dispatcher,
  url: URL,
  fields: ClientRequest['fields'],
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  try {
    return await agent.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: 'GET',
      headers: fields,
      signal,
    })
  } catch (error) {
    signal.throwIfAborted()
    throw unreachable(url, error)
  }
}

function answerOf({ statusCode, headers, body }: Dispatcher.ResponseData): Answer {
  // Whoever reads meets an error at its turn; after that it is nobody's.
  body.on('error', () => {})
  return {
    status: statusCode,
    field: (name) => {
      const value = headers[name]
      return Array.isArray(value) ? value.join(', ') : value
    },
    body: body[Symbol.asyncIterator](),
  }
}

function impersonal(fields: ClientRequest['fields']): ClientRequest['fields'] {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => IMPERSONAL.has(name)))
}

/** Says which of name, connection and TLS failed. */
function unreachable({ host }: URL, cause: unknown): LastbyteError {
  const { code = '', message } = cause as NodeJS.ErrnoException
  const [reason, what] = reasonOf(code)
  const text = `Cannot reach ${host}: ${what}: ${message}`
  return new LastbyteError('UNREACHABLE', text, { host, reason, code }, { cause })
}

function reasonOf(code: string): [reason: 'name' | 'refused' | 'tls' | 'connection', what: string] {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return ['name', 'its name is not known']
  if (code === 'ECONNREFUSED') return ['refused', 'it refuses connections']
  if (/CERT|TLS|SSL|SELF_SIGNED|VERIFY/.test(code)) return ['tls', 'TLS failed']
  return ['connection', 'the connection failed']
}
