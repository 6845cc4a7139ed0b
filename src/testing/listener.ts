import type { AddressInfo } from 'node:net'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import pino from 'pino'
import { faultRoutes } from '../admin/fault-routes.js'
import { createFaults, FAULT_OPTIONS, type FaultOptions } from '../fault/create-faults.js'
import type { FaultLayer } from '../fault/fault-layer.js'
import { LOGGER, TLS } from '../server/server-options.js'
import { type Expectations, TEXT } from '../validation/expectation.js'
import { wholeNumber } from '../validation/number-expectations.js'

/** Where a server for tests listens. */
export interface ListenOptions extends FaultOptions {
  /** Default `127.0.0.1`. */
  readonly host?: string
  /** Default 0: any that is free. */
  readonly port?: number
  /** PEM. With it HTTP/2 is served, and HTTP/1.1 beside it. */
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer }
  /** What lets another machine than this arm faults over HTTP. Default: nothing. */
  readonly token?: string
  /** Where the log goes. Default: nowhere. */
  readonly logger?: FastifyBaseLogger
}

/** What each option must be. */
export const LISTEN_OPTIONS: Expectations<ListenOptions> = {
  ...FAULT_OPTIONS,
  host: TEXT,
  port: wholeNumber(0, 65_535),
  tls: TLS,
  token: TEXT,
  logger: LOGGER,
}

/** A server that is listening, and what is to go wrong with it. */
export interface FaultListener extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, without a slash at its end. */
  readonly url: string
  readonly port: number
  readonly seed: number
  readonly faults: FaultLayer
  /** Ends everything that is under way, stalled sockets and timers too, and stops listening. */
  close(): Promise<void>
}

/** The layer that a server for tests gets; a seed that chance has chosen is printed. */
export function layerFor({ seed, inProduction }: FaultOptions): FaultLayer {
  const layer = createFaults({ seed, inProduction })
  if (seed === undefined) process.stderr.write(`lastbyte: faults by seed ${layer.seed}\n`)
  return layer
}

export function loggerFor({ logger }: ListenOptions): FastifyBaseLogger {
  return logger ?? pino({ level: 'silent' })
}

/** Adds the HTTP interface of the faults, and listens. */
export async function listen(
  app: FastifyInstance,
  faults: FaultLayer,
  { host = '127.0.0.1', port = 0, tls, token }: ListenOptions,
): Promise<FaultListener> {
  await faultRoutes(app, faults, { token })
  await app.listen({ host, port })
  const address = app.server.address() as AddressInfo
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address
  const close = () => app.close()
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${name}:${address.port}`,
    port: address.port,
    seed: faults.seed,
    faults,
    close,
    [Symbol.asyncDispose]: close,
  }
}
