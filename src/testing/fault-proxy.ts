import { FAULT_FIELD, withoutFault } from '../fault/fault-header.js'
import { type ForwardedTarget, parseForwardedTarget } from '../http/forwarded-target.js'
import { endToEnd } from '../http/forwarding.js'
import { parseUrl } from '../http/parse-url.js'
import { withoutSecrets } from '../http/request-url.js'
import { createContext } from '../request/context.js'
import { type Forwarding, forwardRequest } from '../response/forward-request.js'
import { sendProblem } from '../response/problem-response.js'
import { routeAnyMethod } from '../server/any-method.js'
import { createApplication } from '../server/create-server.js'
import { passedLocation } from '../source/upstream/redirect.js'
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
import { type FaultListener, type FaultScope, withScopes } from './fault-scope.js'
import {
  createServerFaults,
  LISTEN_OPTIONS,
  type ListenOptions,
  listen,
  loggerOf,
} from './listener.js'
import { addStubs } from './stubs/stub-routes.js'
import { Stubs } from './stubs/stubs.js'

/**
 * The origin of `faultProxy`, and where it listens.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { type FaultProxyOptions, faultProxy, faultServer } from 'lastbyte/testing'
 *
 * const origin = await faultServer({ root: 'media', seed: 1 })
 * const options: FaultProxyOptions = { origin: origin.url, seed: 7, sourceTimeout: 1000 }
 * const proxy = await faultProxy(options)
 * assert.equal((await fetch(`${proxy.url}/clip.mp4`, { method: 'HEAD' })).status, 200)
 * await proxy.close()
 * await origin.close()
 * ```
 */
export interface FaultProxyOptions extends ListenOptions {
  /** The server behind the proxy: `http://host:port`, with a path that precedes that of each request. */
  readonly origin: string | URL
  /** Whether to accept a certificate of the origin that can't be verified. Default false. */
  readonly insecure?: boolean
  /** ms in which the origin must send something, or take something of an upload. Default 30,000. */
  readonly sourceTimeout?: number
  /** ms in which the client must take something of a response. Default 60,000. */
  readonly stallTimeout?: number
}

const ORIGIN: Expectation = {
  expected: 'a URL such as http://127.0.0.1:8080',
  accepts: (value) =>
    typeof value === 'string' || (value instanceof URL && parseUrl(String(value)) !== undefined),
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
 * Forwards requests of every method to another server, and injects faults into its responses. Without a
 * fault a response is passed through unchanged, except for the fields of the connection (RFC 9110
 * §7.6.1), and for a Location that names the origin, which leads through the proxy. Each request is sent to the origin once. An origin that can't be reached is a 502, one that
 * sends nothing for `sourceTimeout` a 504.
 *
 * @returns when the proxy listens
 * @throws LastbyteError BAD_SETTING for an invalid option, and where NODE_ENV is `production`, unless
 *   `inProduction` is true; the error of node:net if it can't listen
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { faultProxy, faultServer } from 'lastbyte/testing'
 *
 * // Any HTTP server can be the origin.
 * const origin = await faultServer({ root: 'media', seed: 1 })
 * const proxy = await faultProxy({ origin: origin.url, seed: 7 })
 * const headers = { 'Lastbyte-Fault': 'truncate;at=1000' }
 * await assert.rejects((await fetch(`${proxy.url}/clip.mp4`, { headers })).blob())
 * const whole = await (await fetch(`${proxy.url}/clip.mp4`)).blob()
 * assert.ok(whole.size > 1000)
 * await proxy.close()
 * await origin.close()
 * ```
 */
export async function faultProxy(given: FaultProxyOptions): Promise<FaultListener> {
  const options = readOptions(given, FAULT_PROXY_OPTIONS)
  const proxy = await openProxy(options)
  const { seed, token } = proxy
  return withScopes(proxy, () => openProxy({ ...options, seed, token, port: 0 }))
}

async function openProxy(options: FaultProxyOptions): Promise<FaultScope> {
  const origin = originOf(options.origin)
  const faults = createServerFaults(options)
  const { tls, insecure = false, sourceTimeout = 30_000, stallTimeout = 60_000 } = options
  const app = await createApplication({ logger: loggerOf(options), tls, targets: 'any' }, 0)
  const context = createContext(app, {
    faults,
    shutdownGrace: 0,
    sourceTimeout,
    stallTimeout,
    zeroCopy: 'off',
  })
  const agents = new Agents({ insecure })
  app.addHook('onClose', async () => agents.close())
  const stubs = new Stubs()
  addStubs(app, stubs, faults)
  routeAnyMethod(app, [], (request, reply) => {
    const target = parseForwardedTarget(request.raw.url ?? '')
    if (target.kind === 'malformed') return sendProblem(reply, 400, target.reason)
    return forwardRequest(context, forwardingOf(target, origin, agents), reply)
  })
  return listen(app, faults, stubs, options)
}

function forwardingOf(
  { path, query }: Extract<ForwardedTarget, { kind: 'path' }>,
  origin: URL,
  agents: Agents,
): Forwarding {
  const base = path === '*' ? '' : origin.pathname.replace(/\/$/, '')
  return {
    agents,
    // Without credentials of the origin's URL, which Node would send as Authorization.
    url: new URL(origin.origin),
    target: base + path + withoutFault(query),
    readAhead: READ_AHEAD,
    proxyName: undefined,
    requestFields: (fields) => endToEnd(fields, ['host', FAULT_FIELD, 'expect', 'content-length']),
    responseFields: ({ fields }) => {
      const passed = endToEnd(fields, ['content-length', 'content-range'])
      const location = fields.location?.toString()
      if (location === undefined) return passed
      const asked = { url: new URL(origin.origin), path: base + path }
      return { ...passed, location: passedLocation(location, asked, { origin, role: 'site' }) }
    },
  }
}

function originOf(origin: string | URL): URL {
  const url = parseUrl(origin)
  if (url && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '') return url
  throw invalidSetting('origin', `expected ${ORIGIN.expected}`, withoutSecrets(origin))
}
