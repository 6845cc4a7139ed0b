import replyFrom from '@fastify/reply-from'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { addVia, endToEnd } from '../http/forwarding.js'
import { parseTarget } from '../http/request-target.js'
import { clientOf } from '../request/source-request.js'
import { sendFailure, sendProblem } from '../response/problem-response.js'
import { isPrivateHost, lookupPublic, prohibited } from '../source/upstream/private-address.js'
import {
  asSourceError,
  type UpstreamClient,
  unreached,
} from '../source/upstream/upstream-client.js'

/** A request of either protocol; only HTTP/2 has a stream. */
type Raw = FastifyRequest['raw'] & { readonly stream?: { readonly endAfterHeaders: boolean } }

const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** Passes what is no GET or HEAD on to the origin, once and as it is: it can't be asked for twice. */
export async function forwardMethods(
  app: FastifyInstance,
  upstream: UpstreamClient,
): Promise<void> {
  const { origin, fields, forwarded, forbidPrivate, retryPolicy, insecure, name } =
    upstream.settings
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
      requestOptions: { timeout: retryPolicy.stall },
    },
  })
  // A body is passed on as it comes, by the handler.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))

  const handler = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const target = parseTarget(request.raw.url ?? '', 0)
    if (target.kind === 'malformed') return sendProblem(reply, 400, target.reason)
    const url = upstream.urlOf(target.key, target.query)
    if (url === undefined) return sendProblem(reply, 404)
    if (forbidPrivate && isPrivateHost(url)) {
      return sendFailure(reply, asSourceError(prohibited(url.host), name))
    }
    const framing = framingOf(request)
    request.body = framing === undefined ? undefined : request.raw
    return reply.from(url.href, {
      rewriteRequestHeaders: (_request, headers) => ({
        ...endToEnd(headers, ['content-length']),
        ...framing,
        ...(forwarded && upstream.forwardedFor(request.headers, clientOf(request))),
        ...fields,
        via: addVia(headers.via?.toString(), request.raw.httpVersion, name),
      }),
      rewriteHeaders: (headers) => {
        const via = addVia(headers.via?.toString(), '1.1', name)
        return { ...endToEnd(headers), via }
      },
      onError: (_reply, { error }) => {
        const cause = (error.cause ?? error) as Error
        sendFailure(reply, asSourceError(unreached(url, cause), name))
      },
    })
  }
  app.route({ method: METHODS, url: '/*', handler })
}

/**
 * The field that says where the body ends; undefined where there is none. It is ours to say: Node's
 * client says nothing of the body of a DELETE, which would then pass for a request of its own.
 */
function framingOf({ headers, raw }: FastifyRequest): Record<string, string> | undefined {
  const length = headers['content-length']
  if (length !== undefined) return { 'content-length': length }
  const { stream } = raw as Raw
  const isOpen = stream === undefined ? 'transfer-encoding' in headers : !stream.endAfterHeaders
  return isOpen ? { 'transfer-encoding': 'chunked' } : undefined
}
