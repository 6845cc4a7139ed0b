import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { LastbyteError } from '../errors.js'
import type { Bound } from './serving-urls.js'
import type { Environment } from './settings/environment.js'
import { listenOnSockets } from './sockets/listen-on-sockets.js'
import { usageError } from './usage-error.js'

/**
 * Listens on the sockets that were passed on, or else at HOST and PORT. Closes the application where that fails.
 *
 * @throws LastbyteError BAD_SETTING
 */
export async function listen(
  app: FastifyInstance,
  { HOST: host, PORT: port, sockets }: Pick<Environment, 'HOST' | 'PORT' | 'sockets'>,
): Promise<Bound[]> {
  try {
    if (sockets !== undefined) return await listenOnSockets(app, sockets)
    await app.listen({ host, port })
    // A path instead of an address would be that of a Unix socket.
    return app.addresses().filter((bound): bound is AddressInfo => typeof bound === 'object')
  } catch (error) {
    await app.close()
    throw error instanceof LastbyteError
      ? error
      : listenError(error as NodeJS.ErrnoException, host, port)
  }
}

/** Why a server can't listen, by the setting that is to be changed. */
export function listenError(
  error: NodeJS.ErrnoException,
  host: string,
  port: number,
): LastbyteError {
  switch (error.code) {
    case 'EADDRINUSE':
      return usageError(
        'PORT',
        `expected a free port; ${port} on ${host} is in use (0 takes any that is free)`,
      )
    case 'EACCES':
      return usageError(
        'PORT',
        `expected a port above 1023, or the capability CAP_NET_BIND_SERVICE, for port ${port}`,
      )
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return usageError('HOST', 'expected an address of this machine', host)
    default:
      return new LastbyteError('BAD_SETTING', `HOST, PORT: ${error.message}`, {}, { cause: error })
  }
}
