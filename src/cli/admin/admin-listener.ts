import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { TransferRegistry } from '../../delivery/transfer-registry.js'
import { LastbyteError } from '../../errors.js'
import { createApplication } from '../../server/create-server.js'
import type { BoundAddress } from '../serving-urls.js'
import type { Environment } from '../settings/environment.js'
import { usageError } from '../usage-error.js'
import { ADMIN_EXPECTED, type AdminAddress, parseAdminAddress } from './admin-address.js'
import { claimSocketPath, restrictSocket } from './socket-file.js'

/** The name of the setting in errors. */
const SETTING = 'ADMIN'

/** ms that responses on the admin listener may continue when it closes. */
const GRACE = 0

/** Where the routes of an admin listener are reached. */
export type AdminOrigin = BoundAddress | { readonly socket: string }

/** A listener for those who operate a server, beside that for its clients. */
export interface AdminListener {
  readonly origin: AdminOrigin
  /** Closes it. A socket file is removed. */
  close(): Promise<void>
}

export interface AdminListenerOptions {
  readonly logger: Logger
  /** The transfers that the routes show. */
  readonly transfers: TransferRegistry
  readonly addRoutes: (scope: FastifyInstance) => Promise<void>
}

/** Reads the setting. @throws LastbyteError BAD_SETTING */
export function adminAddress({ ADMIN }: Pick<Environment, 'ADMIN'>): AdminAddress {
  const address = parseAdminAddress(ADMIN)
  if (address === undefined) throw usageError(SETTING, `expected ${ADMIN_EXPECTED}`, ADMIN)
  return address
}

/**
 * Listens for those who operate the server, without TLS; undefined where the setting is empty.
 *
 * @throws LastbyteError BAD_SETTING, which names the setting
 */
export async function openAdmin(
  environment: Pick<Environment, 'ADMIN'>,
  { logger, transfers, addRoutes }: AdminListenerOptions,
): Promise<AdminListener | undefined> {
  const address = adminAddress(environment)
  if (address.kind === 'public') return undefined
  if (address.kind === 'socket') await claimSocketPath(SETTING, address.path)
  const app = await createApplication({ logger }, GRACE)
  app.decorate('transfers', transfers)
  await addRoutes(app)
  const listenTextResolver = (where: string) => `Admin listener at ${where}`
  try {
    if (address.kind === 'socket') {
      await app.listen({ path: address.path, listenTextResolver })
      await restrictSocket(address.path)
    } else {
      await app.listen({ host: address.host, port: address.port, listenTextResolver })
    }
  } catch (error) {
    await app.close()
    throw listenFailure(error as NodeJS.ErrnoException, environment.ADMIN)
  }
  return { origin: originOf(app, address), close: () => app.close() }
}

function originOf(app: FastifyInstance, address: AdminAddress): AdminOrigin {
  if (address.kind === 'socket') return { socket: address.path }
  const bound = app.server.address()
  if (bound === null || typeof bound === 'string') throw new Error('expected a bound port')
  return bound
}

function listenFailure(error: NodeJS.ErrnoException, received: string): LastbyteError {
  switch (error.code) {
    case 'EADDRINUSE':
      return usageError(SETTING, 'expected a port or a socket that is free; it is in use', received)
    case 'EACCES':
    case 'EPERM':
      return usageError(SETTING, `expected one that this user may use (${error.code})`, received)
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return usageError(SETTING, 'expected an address of this machine', received)
    default:
      return new LastbyteError('BAD_SETTING', `${SETTING}: ${error.message}`, {}, { cause: error })
  }
}
