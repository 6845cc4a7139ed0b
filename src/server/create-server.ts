import type { Socket } from 'node:net'
import cors from '@fastify/cors'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyServerOptions,
} from 'fastify'
import { ConnectionGuard } from '../connection/connection-guard.js'
import {
  CONNECTION_LIMIT_OPTIONS,
  CONNECTION_LIMITS,
  type ConnectionLimits,
} from '../connection/connection-limits.js'
import type { ConnectionRefusal } from '../connection/connection-refusal.js'
import { HTTP2_OPTIONS } from '../connection/http2-floods.js'
import { withoutDotSegments } from '../http/request-target.js'
import { reasonOfParseError } from '../observe/refusals.js'
import { observeResponses } from '../observe/response-observer.js'
import { GUARDS_ALL } from '../plugin/guard-access.js'
import { respondToOtherMethod } from '../plugin/other-methods.js'
import lastbyte from '../plugin/plugin.js'
import { FORWARDS_DOTS } from '../plugin/routes.js'
import { sendProblem, sendProblemForError } from '../response/problem-response.js'
import { onApplicationError } from '../response/reply-state.js'
import type { LastbyteOptions } from '../settings/options.js'
import { readPluginOptions } from '../settings/plugin-options.js'
import { settleOptions } from '../settings/settings.js'
import {
  BOOLEAN,
  type Expectations,
  FUNCTION,
  OBJECT,
  required,
  TEXT,
} from '../validation/expectation.js'
import { milliseconds } from '../validation/number-expectations.js'
import { readNestedOptions, readOptions } from '../validation/read-options.js'
import { AddressLimits } from './address-limits.js'
import { ANY_TARGET, restoreTargets } from './any-target.js'
import { Connections } from './connections.js'
import { refuseExpectations } from './expectations.js'
import { limitAddresses } from './limit-addresses.js'
import { limitRequests, MAX_HEADER_SECTION, respondToParseError } from './request-limits.js'
import { LOGGER, TLS } from './server-options.js'
import { warnOfSilentProxy } from './warn-of-proxy.js'

export interface ServerOptions extends ApplicationOptions {
  /** The plugin's options, as for any application. */
  readonly files: LastbyteOptions
  /** Adds routes for methods other than GET and HEAD. Default: 204 for OPTIONS, 405 for others. */
  readonly passOthers?: (app: FastifyInstance) => Promise<void>
  /** Adds hooks that precede all others, also the response to OPTIONS. Default: none. */
  readonly first?: (app: FastifyInstance) => void
}

export interface ApplicationOptions {
  readonly logger: FastifyBaseLogger
  /** PEM. With it, the server speaks HTTP/2 and HTTP/1.1 over TLS, without `http2` HTTP/1.1 only. */
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer } | undefined
  /** Whether HTTP/2 is offered with `tls`. Default: true. */
  readonly http2?: boolean | undefined
  /** The origin that may read responses from other sites, or `*`. */
  readonly corsOrigin?: string | undefined
  /** What one connection may use. Default: `CONNECTION_LIMITS`. */
  readonly limits?: Partial<ConnectionLimits> | undefined
  /** How much one client address may use at once. Default: no limits. */
  readonly addressLimits?: AddressLimits | undefined
  /** Whether an address is that of a proxy whose X-Forwarded-For names the client. Default: none is. */
  readonly isTrusted?: ((address: string) => boolean) | undefined
  /**
   * ms in which a client that connected just before the server closes must send its first request. Default: 0, its
   * connection is closed at once.
   */
  readonly newcomerGrace?: number | undefined
}

/** Options that a caller of `createServer` doesn't choose. */
interface Routing {
  /** `any`: every request target reaches a handler, also one that the router can't decode. */
  readonly targets?: 'any' | undefined
}

const SERVER_OPTIONS: Expectations<ServerOptions> = {
  logger: required(LOGGER),
  tls: TLS,
  http2: BOOLEAN,
  corsOrigin: TEXT,
  limits: OBJECT,
  files: required(OBJECT),
  passOthers: FUNCTION,
  first: FUNCTION,
  addressLimits: {
    expected: 'the limits of addresses',
    accepts: (value) => value instanceof AddressLimits,
  },
  isTrusted: FUNCTION,
  newcomerGrace: milliseconds(0),
}

/** Access-Control-Expose-Headers: fields that a player or download client of another origin reads. */
const EXPOSED = [
  'ETag',
  'Content-Range',
  'Accept-Ranges',
  'Content-Length',
  'Content-Disposition',
  'Repr-Digest',
  'Content-Digest',
  'Unencoded-Digest',
]

/** ms from the abort of the last transfers until their connections are closed. */
const AFTER_CUT = 250

/** Creates an application that serves files by the plugin, for `lastbyte serve` and tests. */
export async function createServer(serverOptions: ServerOptions): Promise<FastifyInstance> {
  const options = readOptions(serverOptions, SERVER_OPTIONS)
  const files = readPluginOptions(options.files)
  const { shutdownGrace } = settleOptions(files)
  // A target that names no file, such as one with encoded slashes, may name something at an origin.
  const targets = options.passOthers && 'any'
  const app = await createApplication({ ...options, targets }, shutdownGrace)
  const respondToOptions = async (app: FastifyInstance) => {
    app.addHook('onRequest', async (request, reply) => {
      return request.method === 'OPTIONS' ? respondToOtherMethod(reply) : undefined
    })
  }
  options.first?.(app)
  await (options.passOthers ?? respondToOptions)(app)
  app.decorate(GUARDS_ALL, true)
  await app.register(lastbyte, files)
  return app
}

/**
 * Creates an application with request limits, problem details for every error, and TLS. It closes all
 * connections `shutdownGrace` ms after it begins to close.
 */
export async function createApplication(
  options: ApplicationOptions & Routing,
  shutdownGrace: number,
): Promise<FastifyInstance> {
  const limits = {
    ...CONNECTION_LIMITS,
    ...readNestedOptions('limits', options.limits, CONNECTION_LIMIT_OPTIONS),
  }
  const app = newApplication(options, (error, socket) =>
    respondToParseError(error, socket, {
      connections,
      refused: (status, kind) => {
        observer.refusals.count(reasonOfParseError(status))
        // A request whose body is malformed has a response of its own.
        if (kind === 'bytes') observer.refused(status, socket.remoteAddress)
      },
    }),
  )
  // Its server has the listener for Expect, and no hook yet.
  refuseExpectations(app)
  const observer = observeResponses(app)
  if (options.addressLimits !== undefined) limitAddresses(app, options.addressLimits)
  if (options.isTrusted !== undefined) warnOfSilentProxy(app, options.isTrusted)
  if (options.targets === 'any') {
    restoreTargets(app)
    app.decorate(FORWARDS_DOTS, true)
  }
  const { newcomerGrace } = options
  const refused = (reason: ConnectionRefusal) => observer.refusals.count(reason)
  const { unanswered } = new ConnectionGuard(app, limits, refused, newcomerGrace)
  const connections = new Connections(app, unanswered, newcomerGrace)
  app.addHook('preClose', async () => connections.drain(shutdownGrace + AFTER_CUT))
  limitRequests(app)
  app.addHook('onError', onApplicationError)

  app.setErrorHandler((error, _request, reply) => sendProblemForError(reply, error))
  app.setNotFoundHandler((request, reply) => {
    const readable = request.method === 'GET' || request.method === 'HEAD'
    return readable ? sendProblem(reply, 404) : respondToOtherMethod(reply)
  })
  if (options.corsOrigin !== undefined) await allowOrigin(app, options.corsOrigin)
  return app
}

/** Adds the fields of @fastify/cors; OPTIONS still gets the response of `respondToOtherMethod`. */
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

/** Fastify has LogController from 5.10 on, and warns of the option then. */
function withoutRequestLog(): FastifyServerOptions {
  const { LogController } = Fastify as Partial<Pick<typeof Fastify, 'LogController'>>
  return LogController === undefined
    ? { disableRequestLogging: true }
    : { logController: new LogController({ disableRequestLogging: true }) }
}

function newApplication(
  { tls, http2 = true, logger, targets, isTrusted }: ApplicationOptions & Routing,
  onParseError: (error: Error, socket: Socket) => void,
): FastifyInstance {
  const shared: FastifyServerOptions = {
    loggerInstance: logger,
    ...withoutRequestLog(),
    clientErrorHandler: onParseError,
    frameworkErrors: (error, _request, reply) => {
      sendProblem(
        reply as unknown as FastifyReply,
        error.statusCode ?? 400,
        'The request target is malformed.',
      )
    },
    // While the server closes, requests on open connections get their usual response, not a 503.
    return503OnClosing: false,
    // Before routing and hooks, so that all of them see the same path. apt sends `/./Packages`.
    rewriteUrl: ({ url = '' }) => withoutDotSegments(url),
    ...(targets === 'any' && ANY_TARGET),
    ...(isTrusted && { trustProxy: isTrusted }),
    routerOptions: { maxParamLength: MAX_HEADER_SECTION },
  }
  // A missing Host field is refused by limitRequests, with problem details.
  const limits = { maxHeaderSize: MAX_HEADER_SECTION, requireHostHeader: false }
  if (tls === undefined) return Fastify({ ...shared, http: limits })
  const secure = { ...tls, ...limits }
  const protocols = http2
    ? { http2: true, https: { ...HTTP2_OPTIONS, ...secure, allowHTTP1: true } }
    : { https: secure }
  // Fastify has a type for each kind of server; the callers use only the members that all have.
  return Fastify({ ...shared, ...protocols } as never) as unknown as FastifyInstance
}
