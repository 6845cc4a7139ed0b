import type { Server } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { ConnectionLimits } from './connection-limits.js'
import type { CountRefusal } from './connection-refusal.js'
import { forEveryServer } from './every-server.js'
import { limitHttp2 } from './http2-floods.js'
import { Http2Liveness } from './http2-liveness.js'
import { LostSessions } from './lost-sessions.js'
import { limitPipelining } from './pipeline-gate.js'
import { RequestTimeouts } from './request-timeouts.js'
import { TlsHandshakes } from './tls-handshakes.js'
import { UnansweredRequests } from './unanswered-requests.js'

/** Marks the servers that have a guard. */
const GUARDED = Symbol('lastbyte.guarded')

/** Applies the limits of connections to the servers of an application. */
export class ConnectionGuard {
  readonly unanswered = new UnansweredRequests()
  readonly #handshakes: TlsHandshakes
  /** undefined: no limit */
  readonly #timeouts: RequestTimeouts | undefined
  readonly #liveness: Http2Liveness | undefined
  readonly #lost = new LostSessions()

  /**
   * Leaves servers as they are that have a guard already.
   *
   * @param newcomerGrace ms in which handshakes may end while the server closes
   */
  constructor(
    app: FastifyInstance,
    private readonly limits: ConnectionLimits,
    private readonly refused: CountRefusal = () => {},
    newcomerGrace = 0,
  ) {
    this.#handshakes = new TlsHandshakes(limits.handshakeTimeout, refused)
    const { requestTimeout, requestRate } = limits
    if (requestTimeout > 0) {
      this.#timeouts = new RequestTimeouts(requestTimeout, requestRate, {
        unanswered: this.unanswered,
        refused,
      })
      this.#liveness = new Http2Liveness(requestTimeout, refused)
    }
    forEveryServer(app, (server) => this.#watch(server))
    app.addHook('preClose', async () => {
      const end = () => this.#handshakes.destroyPending()
      if (newcomerGrace === 0) end()
      else setTimeout(end, newcomerGrace).unref()
    })
  }

  #watch(server: Server): void {
    if (GUARDED in server) return
    Object.assign(server, { [GUARDED]: true })
    this.#handshakes.watch(server)
    this.unanswered.watch(server)
    this.#timeouts?.watch(server)
    limitHttp2(server, this.limits.streamLimit, this.refused)
    this.#liveness?.watch(server)
    this.#lost.watch(server)
    limitPipelining(server, this.unanswered, this.limits.pipelineLimit)
  }
}
