import replyFrom from '@fastify/reply-from'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { addVia, endToEnd } from '../http/forwarding.js'
import { parseTarget } from '../http/request-target.js'
import { refuse, refuseFailure } from '../refusal.js'
import { forbidPrivateHost, lookupPublic } from '../source/private-address.js'
import { asSourceError, type Upstream, unreached } from '../source/upstream.js'

const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** Passes what is no GET or HEAD on to the origin, once and as it is: it can't be asked for twice. */
export async function passOtherMethods(app: FastifyInstance, upstream: Upstream): Promise<void> {
  const { origin, fields, forwarded, forbidPrivate, healing, insecure, name } = upstream.settings
  await app.register(replyFrom, {
    base: origin.origin,
    disableRequestLogging: true,
    destroyAgent: true,
    // Node's own client: undici ends the process where an origin closes behind a slow reader.
    http: {
      agentOptions: {
        keepAlive: true,
        rejectUnauthorized: !insecure,
        ...(forbidPrivate && { lookup: lookupPublic }),
      } as object,
      requestOptions: { timeout: healing.stall },
    },
  })
  // A body is passed on as it comes.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))

  const handler = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const target = parseTarget(request.raw.url ?? '', 0)
    if (target.kind === 'malformed') return refuse(reply, 400, target.reason)
    const url = upstream.urlOf(target.key, target.query)
    if (url === undefined) return refuse(reply, 404)
    try {
      if (forbidPrivate) forbidPrivateHost(url)
    } catch (error) {
      return refuseFailure(reply, asSourceError(error, name))
    }
    return reply.from(url.href, {
      rewriteRequestHeaders: (_request, headers) => ({
        ...endToEnd(headers),
        ...(forwarded && upstream.forwardedFor(request.headers, askerOf(request))),
        ...fields,
        via: addVia(headers.via?.toString(), request.raw.httpVersion, name),
      }),
      rewriteHeaders: (headers) => {
        const via = addVia(headers.via?.toString(), '1.1', name)
        return { ...endToEnd(headers), via }
      },
      onError: (_reply, { error }) => {
        const cause = (error.cause ?? error) as Error
        refuseFailure(reply, asSourceError(unreached(url, cause), name))
      },
    })
  }
  app.route({ method: METHODS, url: '/*', handler })
}

function askerOf({ ip, protocol, host }: FastifyRequest) {
  return { address: ip, protocol, host }
}
