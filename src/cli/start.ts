import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import type { FastifyInstance } from 'fastify'
import pino, { type Logger } from 'pino'
import pretty from 'pino-pretty'
import { dashboard, WATCH } from '../dashboard/routes.js'
import { LastbyteError } from '../errors.js'
import { faultRoutes } from '../fault/fault-routes.js'
import type { LastbyteOptions } from '../options.js'
import { createServer } from '../server.js'
import type { ByteSource } from '../source/byte-source.js'
import type { Environment } from './environment.js'
import { openFaults } from './faults.js'

/** What a command serves. */
export interface Served {
  readonly source: ByteSource
  /** Options of the plugin besides those that the environment settles. */
  readonly files?: Partial<LastbyteOptions>
  /** Adds routes for what is no GET or HEAD. */
  readonly passOthers?: (app: FastifyInstance) => Promise<void>
}

/** Serves until a signal stops it. @throws LastbyteError BAD_SETTING where it can't start */
export async function start(
  environment: Environment,
  { source, files, passOthers }: Served,
): Promise<void> {
  const logger = newLogger(environment.LOG_LEVEL)
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
  await dashboard(app, { source })
  if (faults !== undefined) {
    await faultRoutes(app, faults, { token: environment.FAULT_TOKEN || undefined })
    logger.warn({ seed: faults.seed, rules: faults.rules().length }, 'faults are on')
  }
  await listen(app, environment)
  stopOnSignals(app, logger)
}

function newLogger(level: string): Logger {
  const toTerminal = process.stdout.isTTY
  return toTerminal
    ? pino({ level }, pretty({ ignore: 'pid,hostname', singleLine: true }))
    : pino({ level })
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

/** The first signal stops gently: what runs may end within its grace. A second one stops at once. */
function stopOnSignals(app: FastifyInstance, logger: Logger): void {
  let stopping = false
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1)
    stopping = true
    logger.info({ signal, running: app.transfers.running.size }, 'stopping')
    app.close().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'could not stop cleanly')
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', stop).on('SIGINT', stop)
}

function badSetting(setting: string, why: string): LastbyteError {
  return new LastbyteError('BAD_SETTING', `${setting}: ${why}`, { setting })
}
