import type { FastifyRequest } from 'fastify'
import { FAULT_FIELD, withoutFault } from '../fault/fault-header.js'
import { endToEnd } from '../http/forwarding.js'
import { splitTarget } from '../http/request-target.js'
import { withoutSecrets } from '../http/request-url.js'
import { createContext } from '../request/context.js'
import { type Forwarding, forwardRequest } from '../response/forward-request.js'
import { createApplication } from '../server/create-server.js'
import { Agents } from '../transport/agents.js'
import {
  BOOLEAN,
  type Expectation,
  type Expectations,
  required,
} from '../validation/expectation.js'
import { milliseconds } from '../validation/number-expectations.js'
import { invalidSetting } from '../validation/option-error.js'
import { readOptions } from '../validation/read-options.js'
import {
  type FaultListener,
  LISTEN_OPTIONS,
  type ListenOptions,
  layerFor,
  listen,
  loggerFor,
} from './listener.js'

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

const ORIGIN: Expectation = {
  expected: 'a URL such as http://127.0.0.1:8080',
  accepts: (value) =>
    typeof value === 'string' || (value instanceof URL && URL.canParse(String(value))),
}

const FAULT_PROXY_OPTIONS: Expectations<FaultProxyOptions> = {
  ...LISTEN_OPTIONS,
  origin: required(ORIGIN),
  insecure: BOOLEAN,
  sourceTimeout: milliseconds(1),
  stallTimeout: milliseconds(1),
}

/** Bytes of a response that are read ahead of the client. */
const READ_AHEAD = 128 * 1024

/**
 * A proxy in front of somebody else's server, whose answers go wrong where they are told to. Passes
 * every method on; what the origin answers goes through as it is.
 *
 * @throws LastbyteError BAD_SETTING for an option that makes no sense, and in production
 */
export async function faultProxy(given: FaultProxyOptions): Promise<FaultListener> {
  const options = readOptions(given, FAULT_PROXY_OPTIONS)
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
  const agents = new Agents({ insecure })
  app.addHook('onClose', async () => agents.close())
  // The body is piped to the origin, not parsed.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
  app.all('/*', (request, reply) =>
    forwardRequest(context, forwardingOf(request, origin, agents), reply),
  )
  return listen(app, faults, options)
}

function forwardingOf({ raw }: FastifyRequest, origin: URL, agents: Agents): Forwarding {
  const { path, query } = splitTarget(raw.url ?? '/')
  return {
    agents,
    // Without the credentials that the origin may have: Node would send them as Authorization.
    url: new URL(origin.origin),
    // As it was received: a URL object would normalize dot segments.
    target: origin.pathname.replace(/\/$/, '') + path + withoutFault(query),
    readAhead: READ_AHEAD,
    proxyName: undefined,
    requestFields: (fields) => endToEnd(fields, ['host', FAULT_FIELD, 'expect', 'content-length']),
    responseFields: ({ fields }) => endToEnd(fields, ['content-length', 'content-range']),
  }
}

function originOf(origin: string | URL): URL {
  const url = URL.canParse(String(origin)) ? new URL(origin) : undefined
  if (url && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '') return url
  throw invalidSetting('origin', `expected ${ORIGIN.expected}`, withoutSecrets(origin))
}
