import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import type { FastifyInstance } from 'fastify'
import { faultRoutes } from '../admin/fault-routes.js'
import { transferMetrics } from '../admin/metrics.js'
import { adminRoutes, WATCH } from '../admin/routes.js'
import { LastbyteError } from '../errors.js'
import { createServer } from '../server/create-server.js'
import type { LastbyteOptions } from '../settings/options.js'
import type { ByteSource } from '../source/byte-source.js'
import { metricsOfAll, whenStopRequested } from './cluster/worker.js'
import { newLogger } from './logger.js'
import { openFaults } from './open-faults.js'
import type { Environment } from './settings/environment.js'
import { stopGently, stopOnSignals } from './shutdown.js'

/** What a command serves. */
export interface Served {
  readonly source: ByteSource
  /** Options of the plugin besides those that the environment settles. */
  readonly files?: Partial<LastbyteOptions>
  /** Adds routes for what is no GET or HEAD. */
  readonly passOthers?: (app: FastifyInstance) => Promise<void>
}

/** Serves until a signal stops it. @throws LastbyteError BAD_SETTING where it can't start */
export async function startServer(
  environment: Environment,
  { source, files, passOthers }: Served,
): Promise<void> {
  const { worker } = environment
  const told = worker === undefined ? undefined : whenStopRequested()
  const logger = newLogger(environment.LOG_LEVEL, worker)
  const tls = readTls(environment)
  const faults = openFaults(environment)
  const app = await createServer({
    logger,
    tls,
    corsOrigin: environment.CORS_ORIGIN || undefined,
    ...(passOthers && { passOthers }),
    files: {
      source,
      list: environment.LIST && { jsonFormat: 'extended' },
      maxAge: environment.MAX_AGE,
      immutable: environment.IMMUTABLE,
      preCompressed: environment.PRECOMPRESSED,
      etag: environment.ETAG,
      digest: environment.DIGEST,
      digestLimit: environment.DIGEST_LIMIT,
      stallTimeout: environment.STALL_TIMEOUT,
      sourceTimeout: source.patience ?? environment.SOURCE_TIMEOUT,
      shutdownGrace: environment.SHUTDOWN_GRACE,
      watch: WATCH,
      ...(faults && { faults }),
      ...files,
    },
  })
  const own = transferMetrics(app.transfers)
  await adminRoutes(app, { source, metrics: worker === undefined ? own : metricsOfAll(own) })
  if (faults !== undefined) {
    await faultRoutes(app, faults, { token: environment.FAULT_TOKEN || undefined })
    const facts = { seed: faults.seed, rules: faults.rules().length, workers: environment.WORKERS }
    logger.warn(facts, 'faults are on')
  }
  await listen(app, environment)
  if (told === undefined) return stopOnSignals(app, logger)
  told.then((signal) => stopGently(app, logger, signal))
}

function readTls({ TLS_CERT, TLS_KEY }: Environment) {
  if (TLS_CERT === '' && TLS_KEY === '') return undefined
  if (TLS_KEY === '') throw badSetting('TLS_KEY', 'wants the key to TLS_CERT, in PEM')
  if (TLS_CERT === '') throw badSetting('TLS_CERT', 'wants the certificate to TLS_KEY, in PEM')
  const tls = { cert: readPem('TLS_CERT', TLS_CERT), key: readPem('TLS_KEY', TLS_KEY) }
  try {
    createSecureContext(tls)
  } catch (error) {
    throw badSetting(
      'TLS_CERT',
      `wants a certificate in PEM that TLS_KEY fits: ${(error as Error).message}`,
    )
  }
  return tls
}

function readPem(setting: string, path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw badSetting(setting, `wants a readable file in PEM: ${(error as Error).message}`)
  }
}

async function listen(
  app: FastifyInstance,
  { HOST: host, PORT: port }: Environment,
): Promise<void> {
  try {
    await app.listen({ host, port })
  } catch (error) {
    await app.close()
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE')
      throw badSetting('PORT', `${port} on ${host} is in use; wants one that is free`)
    if (code === 'EACCES')
      throw badSetting('PORT', `${port} may not be used by this user; wants one above 1023`)
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw badSetting('HOST', `wants an address of this machine; received '${host}'`)
    }
    throw new LastbyteError('BAD_SETTING', `HOST, PORT: ${message}`, {}, { cause: error })
  }
}

function badSetting(setting: string, why: string): LastbyteError {
  return new LastbyteError('BAD_SETTING', `${setting}: ${why}`, { setting })
}
