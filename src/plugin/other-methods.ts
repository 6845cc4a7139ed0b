import type { FastifyReply, FastifyRequest } from 'fastify'
import { guardFields } from '../response/guard-fields.js'
import { sendEarlyError } from '../response/handle-request.js'
import { refuse, sendNotFound } from '../response/problem-response.js'
import { isWithin, keyOf } from '../response/url-space.js'
import { type ByteSource, closeOpened } from '../source/byte-source.js'
import type { Registration } from './readable-route.js'
import { handleUnrouted } from './unrouted-requests.js'

/** The methods of file URLs (RFC 9110 §10.2.1). */
const ALLOW = 'GET, HEAD, OPTIONS'
const OTHER_METHODS = ['OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** Responds to methods other than GET and HEAD on existing files. */
export function addOtherMethods({ fastify, settings, target, space, shared }: Registration): void {
  const { source, allows, signalOf, withFaults } = target
  const respond = async (request: FastifyRequest, reply: FastifyReply) => {
    const key = keyOf(space, request, reply)
    if (key === undefined) return reply
    const signal = signalOf(reply)
    try {
      const isPage = target.pages?.has(settings.prefix + key) === true
      if (!isPage && !(allows(key, reply) && (await exists(source, key, signal)))) return undefined
    } catch (error) {
      if (signal.aborted) return reply.hijack()
      return sendEarlyError(reply, error)
    }
    // A browser sends OPTIONS before its request: a fault is for the request itself.
    if (request.method === 'OPTIONS') return respondToOtherMethod(reply)
    return withFaults(reply, () => respondToOtherMethod(reply))
  }
  const { constraints } = shared
  if (Object.keys(constraints).length === 0) {
    handleUnrouted(fastify, (request, reply) => {
      const isOther = request.method !== 'GET' && request.method !== 'HEAD'
      return isOther && isWithin(space, request.raw.url ?? '') ? respond(request, reply) : undefined
    })
    return
  }
  // Only the router evaluates constraints; no other plugin adds routes with the same.
  const url = `${settings.prefix}*`
  const isFree = (method: string) =>
    !fastify.hasRoute({ method, url: `${space.path}*`, constraints } as never)
  const others = OTHER_METHODS.filter(isFree)
  if (others.length === 0) return
  fastify.route({
    ...shared,
    url,
    method: others,
    // Before any request body is read, and behind what judges who may use the route.
    preParsing: [
      ...[shared.preParsing ?? []].flat(),
      (request, reply, _payload, done) => {
        respond(request, reply).then((sent) => sent ?? sendNotFound(reply), done)
      },
    ],
    handler: (_request, reply) => reply,
  })
}

/** Responds 204 to OPTIONS, and 405 to methods that would change files (RFC 9110 §9.3.7, §15.5.6). */
export function respondToOtherMethod(reply: FastifyReply): FastifyReply {
  const { method } = reply.request
  guardFields(reply)
  if (method === 'OPTIONS') return reply.code(204).header('allow', ALLOW).send()
  return refuse(reply, 405, `This URL allows ${ALLOW}; received ${method}.`, {
    allow: ALLOW,
  })
}

async function exists(source: ByteSource, key: string, signal: AbortSignal): Promise<boolean> {
  const opened = await source.open(key, { method: 'HEAD' }, signal)
  await closeOpened(opened)
  return opened.kind !== 'absent' && opened.kind !== 'refused'
}
