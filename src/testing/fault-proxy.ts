import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Agent } from 'undici'
import { LastbyteError } from '../errors.js'
import { createContext, type RegistrationContext } from '../request/context.js'
import { createApplication } from '../server/create-server.js'
import { forwardRequest } from './forward-request.js'
import { type FaultListener, type ListenOptions, layerFor, listen, loggerFor } from './listener.js'

export interface FaultProxyOptions extends ListenOptions {
  /** The server behind: `http://host:port`, and a path that is put before each request's if wanted. */
  readonly origin: string | URL
  /** Whether a certificate of the origin that nobody vouches for will do. Default false. */
  readonly insecure?: boolean
  /** ms in which the origin must give something. Default 30,000. */
  readonly sourceTimeout?: number
  /** ms in which a client must take something. Default 60,000. */
  readonly stallTimeout?: number
}

/**
 * A proxy in front of somebody else's server, whose answers go wrong where they are told to. Passes
 * every method on; what the origin answers goes through as it is.
 *
 * @throws LastbyteError BAD_SETTING for an option that makes no sense, and in production
 */
export async function faultProxy(options: FaultProxyOptions): Promise<FaultListener> {
  const origin = originOf(options.origin)
  const faults = layerFor(options)
  const { tls, insecure = false, sourceTimeout = 30_000, stallTimeout = 60_000 } = options
  const app = await createApplication({ logger: loggerFor(options), tls }, 0)
  const context = createContext(app, {
    faults,
    shutdownGrace: 0,
    sourceTimeout,
    stallTimeout,
    zeroCopy: 'off',
  })
  // The transfer's own patience ends what hangs.
  const agent = new Agent({
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { rejectUnauthorized: !insecure },
  })
  app.addHook('onClose', () => agent.destroy())
  addRoute(app, (_request, reply) =>
    forwardRequest(context as RegistrationContext, { agent, url: origin }, reply),
  )
  return listen(app, faults, options)
}

function addRoute(
  app: FastifyInstance,
  handler: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>,
): void {
  app.removeAllContentTypeParsers()
  // A body is passed on as it comes.
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
  app.all('/*', handler)
}

function originOf(origin: string | URL): URL {
  const url = URL.canParse(String(origin)) ? new URL(origin) : undefined
  if (url && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '') return url
  const message = `origin: wants a URL such as http://127.0.0.1:8080; received ${origin}`
  throw new LastbyteError('BAD_SETTING', message, { setting: 'origin' })
}
