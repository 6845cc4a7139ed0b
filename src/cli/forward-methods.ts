import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { parseForwardedTarget } from '../http/forwarded-target.js'
import { addVia, endToEnd } from '../http/forwarding.js'
import { isAnsweredPreflight, permitsAccess } from '../plugin/access-guard.js'
import { createContext } from '../request/context.js'
import { clientOf } from '../request/source-request.js'
import { type Forwarding, forwardRequest } from '../response/forward-request.js'
import { sendFailure, sendProblem } from '../response/problem-response.js'
import { bodyFraming } from '../response/request-body.js'
import { routeAnyMethod } from '../server/any-method.js'
import { passedFields } from '../source/upstream/passthrough-response.js'
import { isPrivateHost, lookupPublic, prohibited } from '../source/upstream/private-address.js'
import { asSourceError, pathOf, type UpstreamClient } from '../source/upstream/upstream-client.js'
import { Agents } from '../transport/agents.js'

/** Limits of a forwarded request besides those of the upstream. */
export interface ForwardingLimits {
  /** ms in which the client must take something of a response. */
  readonly stallTimeout: number
  /** ms that running requests get when the application closes. */
  readonly shutdownGrace: number
}

/** Methods whose requests without a body are read from the source, with resumes. */
const READ_METHODS = ['GET', 'HEAD']

/**
 * Forwards requests that are neither GET nor HEAD to the origin, and those of GET and HEAD with a body. Each is
 * sent once: it may not be safe to repeat, and its body is not kept. Faults don't act on them. The option `access` does.
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
  const handler = async (request: FastifyRequest, reply: FastifyReply) => {
    if (isAnsweredPreflight(request, reply)) return reply.code(204).send()
    // Before the hook of the guards, which runs in preParsing.
    if (!(await permitsAccess(app, request, reply))) return reply
    const target = parseForwardedTarget(request.raw.url ?? '')
    if (target.kind === 'malformed') return sendProblem(reply, 400, target.reason)
    const destination = upstream.locate(target.path, target.query)
    const { url } = destination
    if (forbidPrivate && isPrivateHost(url)) {
      return sendFailure(reply, asSourceError(prohibited(url.host), name))
    }
    return forwardRequest(
      context,
      forwardingOf(upstream, request, { agents, ...destination }),
      reply,
    )
  }
  // @fastify/cors has a route for preflights.
  const hasOptions = app.hasRoute({ method: 'OPTIONS', url: '/*' })
  routeAnyMethod(app, hasOptions ? [...READ_METHODS, 'OPTIONS'] : READ_METHODS, handler)
  app.addHook('onRequest', async (request, reply) => {
    const { method, routeOptions } = request
    const isForwarded = READ_METHODS.includes(method)
      ? routeOptions.url === '/*' && hasBody(request)
      : method === 'OPTIONS' && hasOptions
    if (!isForwarded) return undefined
    await handler(request, reply)
    return reply
  })
}

function hasBody(request: FastifyRequest): boolean {
  return request.headers['content-length'] !== '0' && bodyFraming(request) !== undefined
}

function forwardingOf(
  upstream: UpstreamClient,
  request: FastifyRequest,
  destination: Pick<Forwarding, 'agents' | 'url' | 'target'>,
): Forwarding {
  const { fields, forwarded, retryPolicy, name } = upstream.settings
  return {
    ...destination,
    readAhead: retryPolicy.readAhead,
    proxyName: name,
    requestFields: (received) => ({
      ...endToEnd(received, ['content-length', 'expect', 'host']),
      ...(forwarded && upstream.forwardedFor(request.headers, clientOf(request))),
      ...fields,
      via: addVia(received.via?.toString(), request.raw.httpVersion, name),
    }),
    responseFields: (response) =>
      passedFields(
        { ...response, url: destination.url, path: pathOf(destination) },
        upstream.settings,
        ['content-range'],
      ),
  }
}
