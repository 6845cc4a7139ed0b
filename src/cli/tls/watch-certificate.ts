import { Server as TlsServer } from 'node:tls'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { forEveryServer } from '../../connection/every-server.js'
import type { Environment } from '../settings/environment.js'
import { CertificateReload } from './certificate-reload.js'
import type { TlsPaths, UsableCertificate } from './read-tls.js'

/**
 * Keeps the certificate of an application that of its files, until it closes. Connections that are open keep theirs;
 * handshakes use the new one. Session tickets stay valid, at all workers. To be called before the application listens.
 */
export function watchCertificate(
  app: FastifyInstance,
  paths: TlsPaths & Pick<Environment, 'ticketKeys'>,
  initial: UsableCertificate,
  logger: Logger,
): CertificateReload {
  const { ticketKeys } = paths
  const servers: TlsServer[] = []
  forEveryServer(app, (server) => {
    if (!(server instanceof TlsServer)) return
    if (ticketKeys !== undefined) server.setTicketKeys(Buffer.from(ticketKeys, 'base64'))
    servers.push(server)
  })
  const reload = new CertificateReload(paths, initial, {
    apply: (files) => {
      for (const server of servers) {
        // Without its keys a server makes new ones, which those of the other workers don't know.
        server.setSecureContext({ ...files, ticketKeys: server.getTicketKeys() })
      }
    },
    logger,
  })
  reload.watch()
  app.addHook('onClose', async () => reload.stop())
  return reload
}
