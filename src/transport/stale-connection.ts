import type { Agent, AgentOptions, ClientRequest } from 'node:http'

/** The server closed a kept connection before it responded to a request, which may be sent again. */
export class StaleConnection extends Error {
  constructor(cause: Error) {
    super(cause.message, { cause })
  }
}

/**
 * Whether a request failed since it was sent on a kept connection which the server was closing: a server may close
 * one at any time, and most often has not read the request (RFC 9112 §9.3.1).
 */
export function isStale({ reusedSocket }: ClientRequest, error: NodeJS.ErrnoException): boolean {
  return reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
}

/** Methods of the IANA registry that are idempotent, of those that Node knows. */
const IDEMPOTENT = new Set([
  ...['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE', 'QUERY'],
  ...[
    'ACL',
    'BIND',
    'CHECKOUT',
    'COPY',
    'LINK',
    'MERGE',
    'MKACTIVITY',
    'MKCALENDAR',
    'MKCOL',
    'MOVE',
  ],
  ...['PROPFIND', 'PROPPATCH', 'REBIND', 'REPORT', 'SEARCH', 'UNBIND', 'UNLINK', 'UNLOCK'],
])

/** Whether a request by this method may be repeated: it has the same effect as one (RFC 9110 §9.2.2). */
export function isIdempotent(method: string): boolean {
  return IDEMPOTENT.has(method)
}

/** An agent with the options of another one that opens a connection for each request. */
export function newConnections(agent: Agent): Agent {
  const { options } = agent as Agent & { readonly options: AgentOptions }
  const SameAgent = agent.constructor as new (options: AgentOptions) => Agent
  return new SameAgent({ ...options, keepAlive: false })
}
