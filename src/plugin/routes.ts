import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { LastbyteError } from '../errors.js'
import { parseTarget } from '../http/request-target.js'
import { sendFailure, sendProblem } from '../response/problem-response.js'
import type { Settings } from '../settings/settings.js'
import { type ByteSource, closeOpened } from '../source/byte-source.js'

/** The methods of file URLs (RFC 9110 §10.2.1). */
const ALLOW = 'GET, HEAD, OPTIONS'
const OTHER_METHODS = ['OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** The source and the handlers of the routes of a registration. */
export interface RouteTarget {
  readonly source: ByteSource
  /** Whether a response may reveal that this key exists. */
  readonly allows: (key: string, reply: FastifyReply) => boolean
  /** Responds to a GET or HEAD for a key. */
  readonly serve: (key: string, reply: FastifyReply) => FastifyReply | Promise<FastifyReply>
}

/** Adds the routes of a registration. */
export async function addRoutes(
  fastify: FastifyInstance,
  settings: Settings,
  { source, allows, serve }: RouteTarget,
): Promise<void> {
  const { prefix, constraints = {}, logLevel } = settings
  const shared = {
    constraints,
    ...(logLevel !== undefined && { logLevel }),
    errorHandler: (error: Error, _request: FastifyRequest, reply: FastifyReply) => {
      reply.log.error({ err: error }, 'failed before the header section')
      return sendFailure(reply, error)
    },
    ...forOtherPlugins(settings),
  }
  const readable = { ...shared, method: ['GET', 'HEAD'] as RouteOptions['method'] }

  if (!settings.wildcard) {
    for (const { route, key } of await everyFile(source, settings.index)) {
      const url = `${prefix}${escapeRoute(route)}`
      fastify.route({ ...readable, url, handler: (_request, reply) => serve(key, reply) })
    }
    return
  }

  const url = `${prefix}*`
  const depth = `${fastify.prefix}${prefix}`.split('/').length - 2
  const keyOf = (request: FastifyRequest, reply: FastifyReply): string | undefined => {
    const target = parseTarget(request.raw.url ?? '', depth)
    if (target.kind === 'key') return target.key
    sendProblem(reply, 400, target.reason)
    return undefined
  }
  fastify.route({
    ...readable,
    url,
    handler: (request, reply) => {
      const key = keyOf(request, reply)
      return key === undefined ? reply : serve(key, reply)
    },
  })

  const others = OTHER_METHODS.filter((method) => !fastify.hasRoute({ method, url, constraints }))
  if (others.length === 0) return
  fastify.route({
    ...shared,
    url,
    method: others,
    // In onRequest, so that no request body is read.
    onRequest: async (request, reply) => {
      const key = keyOf(request, reply)
      if (key === undefined) return reply
      if (!allows(key, reply) || !(await exists(source, key))) {
        reply.callNotFound()
        return reply
      }
      return respondToOtherMethod(reply)
    },
    handler: (_request, reply) => reply,
  })
}

/** Options for other plugins: whether API descriptions hide the routes, and that they aren't compressed. */
function forOtherPlugins({ schemaHide }: Pick<Settings, 'schemaHide'>): object {
  return { schema: { hide: schemaHide }, compress: false }
}

/** Responds 204 to OPTIONS, and 405 to methods that would change files (RFC 9110 §9.3.7, §15.5.6). */
export function respondToOtherMethod(reply: FastifyReply): FastifyReply {
  const { method } = reply.request
  if (method === 'OPTIONS') return reply.code(204).header('allow', ALLOW).send()
  return sendProblem(reply, 405, `This URL allows ${ALLOW}; received ${method}.`, {
    allow: ALLOW,
  })
}

async function exists(source: ByteSource, key: string): Promise<boolean> {
  const opened = await source.open(key, { method: 'HEAD' }, new AbortController().signal)
  await closeOpened(opened)
  return opened.kind !== 'absent' && opened.kind !== 'refused'
}

interface FileRoute {
  readonly route: string
  readonly key: string
}

/** A route for each present file, and for each folder that has an index. */
async function everyFile(
  source: ByteSource,
  index: readonly string[],
  folder = '',
): Promise<FileRoute[]> {
  if (source.list === undefined) {
    throw new LastbyteError(
      'BAD_SETTING',
      'wildcard: expected true, since the source has no listing',
    )
  }
  const found: FileRoute[] = []
  for (const { name, kind } of await source.list(folder, new AbortController().signal)) {
    const key = folder + name
    if (kind === 'directory') found.push(...(await everyFile(source, index, `${key}/`)))
    else found.push({ route: key, key })
    if (kind === 'file' && index.includes(name)) found.push({ route: folder, key: folder })
  }
  return found
}

/** Escapes a file name for find-my-way, in which colons, asterisks and others have a meaning. */
function escapeRoute(route: string): string {
  if (/[*#?]/.test(route)) {
    const message = `wildcard: expected true, since no route can have the name of the file ${route}`
    throw new LastbyteError('BAD_SETTING', message, { setting: 'wildcard', route })
  }
  return route.replaceAll(':', '::')
}
