import type { FastifyInstance } from 'fastify'
import { faultRoutes } from '../admin/fault-routes.js'
import { limitMetrics } from '../admin/limit-metrics.js'
import { transferMetrics } from '../admin/metrics.js'
import { adminRoutes, healthRoutes } from '../admin/routes.js'
import { TransferBoard } from '../admin/transfers/transfer-board.js'
import { transferRoutes } from '../admin/transfers/transfer-routes.js'
import { processMetrics } from '../observe/process-metrics.js'
import { responseMetrics } from '../observe/response-metrics.js'
import { observeResponses } from '../observe/response-observer.js'
import { createServer } from '../server/create-server.js'
import type { LastbyteOptions } from '../settings/options.js'
import type { ZipOptions } from '../settings/zip-options.js'
import type { ByteSource } from '../source/byte-source.js'
import { accessOptions, namedAccessError } from './access-options.js'
import { addressLimits } from './address-limits.js'
import { type AdminListener, adminAddress, openAdmin } from './admin/admin-listener.js'
import { adminToken } from './admin-token.js'
import { announceFaults } from './announce-faults.js'
import { announceServer, listenQuietly } from './announce-server.js'
import { announceTransfers } from './announce-transfers.js'
import { originOf } from './announced-origin.js'
import { RequestsOfPrimary } from './cluster/requests-of-primary.js'
import { sharedTransfers } from './cluster/shared-transfers.js'
import { reportListening, sharedMetrics } from './cluster/worker.js'
import { connectionLimits } from './connection-limits.js'
import { GracefulStop } from './graceful-stop.js'
import { listen } from './listen.js'
import { createLogger, logOutput } from './logger.js'
import { metalinkOption } from './metalink-option.js'
import { openAccessLog } from './open-access-log.js'
import { openFaults } from './open-faults.js'
import { packageVersion } from './package-version.js'
import { prefixOf } from './prefix.js'
import { readSigningKey } from './read-signing-key.js'
import type { Environment } from './settings/environment.js'
import { reportSockets } from './sockets/inherited-sockets.js'
import { stopOnSignals } from './stop-on-signals.js'
import { certificateMetrics } from './tls/certificate-metrics.js'
import { readTls } from './tls/read-tls.js'
import { watchCertificate } from './tls/watch-certificate.js'

/** ms in which a client that connected just before the end of the server must send its first request. */
const NEWCOMER_GRACE = 2_000

/** What a command serves. */
export interface Served {
  readonly source: ByteSource
  /** Plugin options that the environment does not determine. */
  readonly files?: Partial<LastbyteOptions>
  /** Adds routes for methods other than GET and HEAD. */
  readonly passOthers?: (app: FastifyInstance) => Promise<void>
}

/** Serves until a signal stops it. Resolves when it listens. @throws LastbyteError BAD_SETTING */
export async function startServer(
  environment: Environment,
  { source, files, passOthers }: Served,
): Promise<void> {
  const { worker } = environment
  // Before anything is awaited: the primary may send the stop at once.
  const primary = worker === undefined ? undefined : new RequestsOfPrimary()
  const logger = createLogger(environment.LOG_LEVEL, worker, logOutput(environment))
  const certificate = readTls(environment)
  const faults = openFaults(environment)
  const access = adminToken(environment)
  const limited = addressLimits(environment)
  const signing = readSigningKey(environment)
  const app = await createServer({
    ...limited,
    limits: connectionLimits(environment),
    logger,
    tls: certificate?.files,
    http2: environment.HTTP2,
    corsOrigin: environment.CORS_ORIGIN || undefined,
    // Another process accepts connections on these sockets: a client need not meet the end of this one.
    ...(environment.sockets && { newcomerGrace: NEWCOMER_GRACE }),
    ...(passOthers && { passOthers }),
    files: {
      ...pluginOptions(environment, source),
      ...(faults && { faults }),
      ...(signing && { signingKey: signing.key }),
      ...files,
    },
  }).catch((error) => {
    throw namedAccessError(error)
  })
  await openAccessLog(app, environment, logger).catch(async (error) => {
    await app.close()
    throw error
  })
  const stop = new GracefulStop(app, logger, environment.DRAIN_DELAY)
  const reload = certificate && watchCertificate(app, environment, certificate, logger)
  const own = transferMetrics(app.transfers)
  limitMetrics(own, limited.addressLimits, app.transfers)
  responseMetrics(own, observeResponses(app), limited.addressLimits)
  processMetrics(own, packageVersion())
  if (reload !== undefined) certificateMetrics(own, reload)
  const metrics = worker === undefined ? own : sharedMetrics(own)
  let isServing = false
  const health = { isServing: () => isServing, isDraining: () => stop.phase !== 'serving' }
  const addRoutes = async (scope: FastifyInstance) => {
    await adminRoutes(scope, { metrics, ...health })
    if (faults !== undefined) {
      await faultRoutes(scope, faults, { token: access.token, access: environment.FAULT_ACCESS })
    }
    if (environment.TRANSFERS) {
      await transferRoutes(scope, {
        token: access.token,
        access: environment.TRANSFERS_ACCESS,
        ...(worker !== undefined && { view: sharedTransfers }),
      })
    }
  }
  const prefix = prefixOf(environment)
  let admin: AdminListener | undefined
  if (adminAddress(environment).kind === 'public') {
    // Probes of health know no prefix.
    if (prefix !== '') await adminRoutes(app, { metrics, ...health })
    await app.register(addRoutes, { prefix })
  } else {
    await healthRoutes(app, health)
    if (prefix !== '') await app.register((scope) => healthRoutes(scope, health), { prefix })
    if (worker === undefined) {
      const { transfers } = app
      admin = await openAdmin(environment, { logger, transfers, addRoutes }).catch(
        async (error) => {
          await app.close()
          throw error
        },
      )
      // After the last response to a client, so that the metrics of a server that stops can be read.
      app.addHook('onClose', () => admin?.close())
    } else if (environment.TRANSFERS) shareTransfers(app)
  }
  if (faults !== undefined) {
    const facts = { seed: faults.seed, rules: faults.rules().length, workers: environment.WORKERS }
    logger.warn(facts, 'faults are on')
  }
  if (signing !== undefined) {
    logger.info({ integrity: signing.integrity }, 'digests are signed')
  }
  const { sockets } = environment
  if (worker === undefined && sockets !== undefined) reportSockets(logger, sockets)
  const bound = await listenQuietly(app.log, () => listen(app, environment))
  isServing = true
  const origin = originOf(admin, bound, environment)
  // The primary of several workers announces all of them.
  if (worker === undefined) {
    announceServer(bound, environment)
    if (environment.TRANSFERS) announceTransfers(origin, access)
  }
  if (faults !== undefined) announceFaults(origin, access)
  const onReload = () => reload?.check('request')
  if (primary === undefined) stopOnSignals(stop, onReload)
  else {
    // node:cluster reports ports that workers share, and no other sockets.
    if (sockets !== undefined) reportListening(bound)
    primary.perform(stop, onReload)
  }
}

/** Responds to the primary, which shows the transfers of all workers. */
function shareTransfers(app: FastifyInstance): void {
  const board = new TransferBoard(app.transfers)
  sharedTransfers(board)
  app.addHook('onClose', async () => board.close())
}

function pluginOptions(environment: Environment, source: ByteSource): LastbyteOptions {
  const access = accessOptions(environment)
  return {
    source,
    list: environment.LIST && { jsonFormat: 'extended', readme: environment.README },
    zip: environment.ZIP && zipOptions(environment),
    metalink: metalinkOption(environment),
    maxAge: environment.MAX_AGE,
    immutable: environment.IMMUTABLE,
    preCompressed: environment.PRECOMPRESSED,
    etag: environment.ETAG,
    digest: environment.DIGEST,
    digestLimit: environment.DIGEST_LIMIT,
    digestMaximum: environment.DIGEST_MAXIMUM,
    zeroCopy: environment.LASTBYTE_ZERO_COPY,
    stallTimeout: environment.STALL_TIMEOUT,
    sourceTimeout: source.patience ?? environment.SOURCE_TIMEOUT,
    shutdownGrace: environment.SHUTDOWN_GRACE,
    pages: true,
    prefix: environment.PREFIX,
    ...(access && { access }),
    ...(environment.RATE > 0 && { rate: ratePerWorker(environment) }),
    ...(environment.RATE_PER_ADDRESS > 0 && { ratePerAddress: environment.RATE_PER_ADDRESS }),
  }
}

function zipOptions({ ZIP_MAX_FILES, ZIP_MAX_SIZE }: Environment): ZipOptions {
  return { maxFiles: ZIP_MAX_FILES, ...(ZIP_MAX_SIZE > 0 && { maxBytes: ZIP_MAX_SIZE }) }
}

/** The workers share the rate of the server equally. */
function ratePerWorker({ RATE, WORKERS }: Environment): number {
  return Math.max(1, Math.floor(RATE / WORKERS))
}
