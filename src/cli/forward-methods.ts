import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { addVia, endToEnd } from '../http/forwarding.js'
import { parseTarget } from '../http/request-target.js'
import { createContext } from '../request/context.js'
import { clientOf } from '../request/source-request.js'
import { type Forwarding, forwardRequest } from '../response/forward-request.js'
import { sendFailure, sendProblem } from '../response/problem-response.js'
import { redirectTo } from '../response/redirect.js'
import { passedFields } from '../source/upstream/passthrough-response.js'
import { isPrivateHost, lookupPublic, prohibited } from '../source/upstream/private-address.js'
import { asSourceError, type UpstreamClient } from '../source/upstream/upstream-client.js'
import { Agents } from '../transport/agents.js'

/** Limits of a forwarded request besides those of the upstream. */
export interface ForwardingLimits {
  /** ms in which the client must take something of a response. */
  readonly stallTimeout: number
  /** ms that running requests get when the application closes. */
  readonly shutdownGrace: number
}

const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/**
 * Forwards requests that are neither GET nor HEAD to the origin. Each is sent once: it may not be safe
 * to repeat. Faults don't act on them.
 */
export async function forwardMethods(
  app: FastifyInstance,
  upstream: UpstreamClient,
  limits: ForwardingLimits,
): Promise<void> {
  const { forbidPrivate, retryPolicy, insecure, name } = upstream.settings
  const sourceTimeout = retryPolicy.stall
  const settings = { ...limits, sourceTimeout, faults: undefined, zeroCopy: 'off' } as const
  const context = createContext(app, settings)
  const agents = new Agents({ insecure, ...(forbidPrivate && { lookup: lookupPublic }) })
  app.addHook('onClose', async () => agents.close())
  // The body is piped to the origin, not parsed.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))

  const handler = (request: FastifyRequest, reply: FastifyReply) => {
    const target = parseTarget(request.raw.url ?? '', 0)
    if (target.kind === 'malformed') return sendProblem(reply, 400, target.reason)
    if (target.kind === 'dotted') return redirectTo(reply, target.location)
    const url = upstream.urlOf(target.key, target.query)
    if (url === undefined) return sendProblem(reply, 404)
    if (forbidPrivate && isPrivateHost(url)) {
      return sendFailure(reply, asSourceError(prohibited(url.host), name))
    }
    return forwardRequest(context, forwardingOf(upstream, request, { agents, url }), reply)
  }
  app.route({ method: METHODS, url: '/*', handler })
}

function forwardingOf(
  upstream: UpstreamClient,
  request: FastifyRequest,
  destination: Pick<Forwarding, 'agents' | 'url'>,
): Forwarding {
  const { fields, forwarded, retryPolicy, name } = upstream.settings
  return {
    ...destination,
    readAhead: retryPolicy.readAhead,
    proxyName: name,
    requestFields: (received) => ({
      ...endToEnd(received, ['content-length', 'host']),
      ...(forwarded && upstream.forwardedFor(request.headers, clientOf(request))),
      ...fields,
      via: addVia(received.via?.toString(), request.raw.httpVersion, name),
    }),
    responseFields: (response) => passedFields(response, name, ['content-range']),
  }
}
