import type { Socket } from 'node:net'
import cors from '@fastify/cors'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyServerOptions,
} from 'fastify'
import lastbyte from '../plugin/plugin.js'
import { respondToOtherMethod } from '../plugin/routes.js'
import { sendFailure, sendProblem } from '../response/problem-response.js'
import type { LastbyteOptions } from '../settings/options.js'
import { settleOptions } from '../settings/settings.js'
import { Connections } from './connections.js'
import { limitRequests, MOST_HEAD, respondToParseError } from './request-limits.js'

export interface ServerOptions extends ApplicationOptions {
  /** The plugin's options, as for any application. */
  readonly files: LastbyteOptions
  /** Adds routes for what is no GET or HEAD; without, such is answered 405, and OPTIONS 204. */
  readonly passOthers?: (app: FastifyInstance) => Promise<void>
}

export interface ApplicationOptions {
  readonly logger: FastifyBaseLogger
  /** PEM. With it, HTTP/2 is served, and HTTP/1.1 beside it. */
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer } | undefined
  /** The origin that may read answers from other sites, or `*`. */
  readonly corsOrigin?: string | undefined
}

/** Fields that a player or download client of another origin must be able to read. */
const EXPOSED = [
  'ETag',
  'Content-Range',
  'Accept-Ranges',
  'Content-Length',
  'Content-Disposition',
  'Repr-Digest',
  'Content-Digest',
]

/** ms after the last transfers were cut in which their connections may end by themselves. */
const AFTER_CUT = 250

/** An application of its own around the plugin. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { shutdownGrace } = settleOptions(options.files)
  const app = await createApplication(options, shutdownGrace)
  const answerOptions = async (app: FastifyInstance) => {
    app.addHook('onRequest', async (request, reply) => {
      return request.method === 'OPTIONS' ? respondToOtherMethod(reply) : undefined
    })
  }
  await (options.passOthers ?? answerOptions)(app)
  await app.register(lastbyte, options.files)
  return app
}

/**
 * What every server here has: limits, problem details for every error, TLS, an end of its
 * connections `shutdownGrace` ms after it is told to stop.
 */
export async function createApplication(
  options: ApplicationOptions,
  shutdownGrace: number,
): Promise<FastifyInstance> {
  const app = newApplication(options, (error, socket) =>
    respondToParseError(error, socket, connections),
  )
  const connections = new Connections(app)
  app.addHook('preClose', async () => connections.drain(shutdownGrace + AFTER_CUT))
  limitRequests(app)

  app.setErrorHandler((error, _request, reply) => {
    const { statusCode = 500, message } = error as Error & { statusCode?: number }
    if (statusCode >= 400 && statusCode < 500) return sendProblem(reply, statusCode, message)
    reply.log.error({ err: error }, 'failed before the headers')
    return sendFailure(reply, error)
  })
  app.setNotFoundHandler((request, reply) => {
    const readable = request.method === 'GET' || request.method === 'HEAD'
    return readable ? sendProblem(reply, 404) : respondToOtherMethod(reply)
  })
  if (options.corsOrigin !== undefined) await allowOrigin(app, options.corsOrigin)
  return app
}

/** @fastify/cors adds its fields; what OPTIONS is answered stays ours. */
async function allowOrigin(app: FastifyInstance, origin: string): Promise<void> {
  await app.register(cors, {
    origin,
    exposedHeaders: EXPOSED,
    methods: ['GET', 'HEAD'],
    maxAge: 600,
    preflightContinue: true,
    strictPreflight: false,
  })
}

function newApplication(
  { tls, logger }: ApplicationOptions,
  onParseError: (error: Error, socket: Socket) => void,
): FastifyInstance {
  const shared: FastifyServerOptions = {
    loggerInstance: logger,
    logController: new Fastify.LogController({ disableRequestLogging: true }),
    clientErrorHandler: onParseError,
    frameworkErrors: (error, _request, reply) => {
      sendProblem(
        reply as unknown as FastifyReply,
        error.statusCode ?? 400,
        'The request target is malformed.',
      )
    },
    // What is asked for on an open connection while the server stops is still answered.
    return503OnClosing: false,
    routerOptions: { maxParamLength: MOST_HEAD },
  }
  if (tls === undefined) return Fastify({ ...shared, http: { maxHeaderSize: MOST_HEAD } })
  const https = { ...tls, allowHTTP1: true, maxHeaderSize: MOST_HEAD }
  // Fastify has a type of its own for each kind of server; what is used here is common to them all.
  return Fastify({ ...shared, http2: true, https } as never) as unknown as FastifyInstance
}
