import type { AddressInfo } from 'node:net'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import pino from 'pino'
import { drawToken, FAULT_ACCESS } from '../admin/authorize.js'
import { faultRoutes } from '../admin/fault-routes.js'
import { createFaults, FAULT_OPTIONS, type FaultOptions } from '../fault/create-faults.js'
import type { FaultLayer } from '../fault/fault-layer.js'
import { continueWhenRead } from '../server/continue-when-read.js'
import { LOGGER, TLS } from '../server/server-options.js'
import { type Expectations, oneOf, TEXT } from '../validation/expectation.js'
import { wholeNumber } from '../validation/number-expectations.js'
import type { FaultScope } from './fault-scope.js'
import type { Stubs } from './stubs/stubs.js'

/**
 * Where a server for tests listens, and which faults it can inject. `seed` makes every random choice
 * reproducible; a seed that was drawn is printed to stderr.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { faultServer, type ListenOptions } from 'lastbyte/testing'
 *
 * const options: ListenOptions = { seed: 7, host: '127.0.0.1', port: 0, token: 'secret' }
 * const server = await faultServer({ root: 'media', ...options })
 * assert.equal(server.seed, 7)
 * assert.equal(server.url, `http://127.0.0.1:${server.port}`)
 * await server.close()
 * ```
 */
export interface ListenOptions extends FaultOptions {
  /** The address to listen on. Default `127.0.0.1`. */
  readonly host?: string
  /** The port to listen on. Default 0: any that is free. */
  readonly port?: number
  /** A certificate and its key in PEM. With it HTTP/2 and HTTP/1.1 are served over TLS. Default: neither. */
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer }
  /**
   * The Bearer token with which requests may arm faults at `/-/faults`, from any machine. Default: a random one,
   * which `FaultListener.token` has.
   */
  readonly token?: string
  /**
   * `local`: requests from this machine need no token. Only where no proxy is in front of the server, since the
   * clients of a proxy that adds no header field look like this machine. Default `token`: every request needs it.
   */
  readonly access?: 'token' | 'local'
  /**
   * The path that precedes `/-/faults` and the assets of its page, such as `/test`: for a server behind
   * `faultProxy` that has these paths itself. Default: none.
   */
  readonly controlPrefix?: string
  /** The logger of the server. Default: nothing is logged. */
  readonly logger?: FastifyBaseLogger
}

/** What each option must be. */
export const LISTEN_OPTIONS: Expectations<ListenOptions> = {
  ...FAULT_OPTIONS,
  host: TEXT,
  port: wholeNumber(0, 65_535),
  tls: TLS,
  token: TEXT,
  access: oneOf(...FAULT_ACCESS),
  controlPrefix: {
    expected: 'a path such as /test, of letters, digits and the characters . _ ~ -',
    accepts: (value) => typeof value === 'string' && /^(\/[\w.~-]*[\w~-])*\/?$/.test(value),
  },
  logger: LOGGER,
}

/** Requests that the journal of a server for tests keeps by default. */
const KEPT_REQUESTS = 10_000

/** Creates the fault layer of a server for tests. A seed that was drawn is printed to stderr. */
export function createServerFaults({
  seed,
  inProduction,
  requests = KEPT_REQUESTS,
}: FaultOptions): FaultLayer {
  const layer = createFaults({ seed, inProduction, requests })
  if (seed === undefined) process.stderr.write(`lastbyte: faults by seed ${layer.seed}\n`)
  return layer
}

/** The logger of the options, or one that logs nothing. */
export function loggerOf({ logger }: Pick<ListenOptions, 'logger'>): FastifyBaseLogger {
  return logger ?? pino({ level: 'silent' })
}

/** Adds the HTTP interface of the faults, and listens. */
export async function listen(
  app: FastifyInstance,
  faults: FaultLayer,
  stubs: Stubs,
  options: ListenOptions,
): Promise<FaultScope> {
  const { host = '127.0.0.1', port = 0, tls, access = 'token', controlPrefix = '' } = options
  const token = options.token || drawToken()
  continueWhenRead(app)
  const prefix = controlPrefix.replace(/\/$/, '')
  await app.register(async (scope) => faultRoutes(scope, faults, { token, access }), { prefix })
  await app.listen({ host, port })
  const address = app.server.address() as AddressInfo
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address
  const close = () => app.close()
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${name}:${address.port}`,
    port: address.port,
    seed: faults.seed,
    token,
    faults,
    journal: faults.requests,
    stub: (route, responses) => stubs.add(route, responses),
    reset() {
      faults.reset()
      stubs.clear()
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}
