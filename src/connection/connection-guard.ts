import type { Server } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { ConnectionLimits } from './connection-limits.js'
import { forEveryServer } from './every-server.js'
import { TlsHandshakes } from './tls-handshakes.js'

/** Applies the limits of connections to the servers of an application. */
export class ConnectionGuard {
  readonly #handshakes: TlsHandshakes

  constructor(app: FastifyInstance, limits: ConnectionLimits) {
    this.#handshakes = new TlsHandshakes(limits.handshakeTimeout)
    forEveryServer(app, (server) => this.#watch(server))
    app.addHook('preClose', async () => this.#handshakes.destroyPending())
  }

  #watch(server: Server): void {
    this.#handshakes.watch(server)
  }
}
