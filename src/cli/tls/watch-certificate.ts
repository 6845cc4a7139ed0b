import { Server as TlsServer } from 'node:tls'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { forEveryServer } from '../../connection/every-server.js'
import { CertificateReload } from './certificate-reload.js'
import type { TlsPaths, UsableCertificate } from './read-tls.js'

/**
 * Keeps the certificate of an application that of its files, until it closes. Connections that are open keep theirs;
 * handshakes use the new one. To be called before the application listens.
 */
export function watchCertificate(
  app: FastifyInstance,
  paths: TlsPaths,
  initial: UsableCertificate,
  logger: Logger,
): CertificateReload {
  const servers: TlsServer[] = []
  forEveryServer(app, (server) => {
    if (server instanceof TlsServer) servers.push(server)
  })
  const reload = new CertificateReload(paths, initial, {
    apply: (files) => {
      for (const server of servers) server.setSecureContext(files)
    },
    logger,
  })
  reload.watch()
  app.addHook('onClose', async () => reload.stop())
  return reload
}
