import type { FastifyInstance, FastifyReply, RouteOptions } from 'fastify'
import type { RegistrationPages } from '../admin/page-router.js'
import { sendEarlyError } from '../response/handle-request.js'
import { keyOf, type UrlSpace } from '../response/url-space.js'
import type { Settings } from '../settings/settings.js'
import type { ByteSource } from '../source/byte-source.js'
import type { AccessGuard } from './access-guard.js'

/** The source and the handlers of the routes of a registration. */
export interface RouteTarget {
  readonly source: ByteSource
  /** Judges who may use the routes; undefined: everybody. */
  readonly guard?: AccessGuard | undefined
  /** The pages of the registration, whose URLs take precedence over files; undefined without. */
  readonly pages?: RegistrationPages | undefined
  /** Whether a response may reveal that this key exists. */
  readonly allows: (key: string, reply: FastifyReply) => boolean
  /** The signal for work of a request that is no transfer. */
  readonly signalOf: (reply: FastifyReply) => AbortSignal
  /** Responds to another method by calling `respond`, unless a fault replaces the response. */
  readonly withFaults: (
    reply: FastifyReply,
    respond: () => FastifyReply,
  ) => FastifyReply | Promise<FastifyReply>
  /** Responds to a GET or HEAD for a key. `path`: that of the request target below the prefix, as received. */
  readonly serve: (
    key: string,
    reply: FastifyReply,
    path?: string,
  ) => FastifyReply | Promise<FastifyReply>
}

/** The options of every route of a registration. */
export type SharedOptions = Omit<RouteOptions, 'method' | 'url' | 'handler'> & {
  readonly constraints: NonNullable<RouteOptions['constraints']>
}

/** A registration: where its routes are added, and what they serve. */
export interface Registration {
  readonly fastify: FastifyInstance
  readonly settings: Settings
  readonly target: RouteTarget
  readonly space: UrlSpace
  readonly shared: SharedOptions
}

/** Responds to a request for a key. */
export type Respond = (request: {
  readonly key: string
  readonly reply: FastifyReply
}) => FastifyReply | Promise<FastifyReply>

/** A route for GET and HEAD. It judges the whole target, also of a route whose path names the file. */
export function addReadable(
  { fastify, space, shared }: Registration,
  url: string,
  respond: Respond,
): void {
  fastify.route({
    ...shared,
    method: ['GET', 'HEAD'],
    url,
    handler: (request, reply) => {
      const key = keyOf(space, request, reply)
      return key === undefined ? reply : guarded(respond, { key, reply })
    },
  })
}

/** Responds to errors as to failures of lastbyte, whose message clients must not learn. */
function guarded(respond: Respond, request: Parameters<Respond>[0]): ReturnType<Respond> {
  const failed = (error: unknown) => sendEarlyError(request.reply, error)
  try {
    const responding = respond(request)
    return responding instanceof Promise ? responding.catch(failed) : responding
  } catch (error) {
    return failed(error)
  }
}
