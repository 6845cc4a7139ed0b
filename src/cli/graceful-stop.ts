import type { ServerResponse } from 'node:http'
import type { Http2ServerResponse, ServerHttp2Session } from 'node:http2'
import type { Server } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { LongTimer } from '../async/long-timer.js'
import { forEveryServer } from '../connection/every-server.js'

/** What has been done to stop: in this order, each at most once. */
export type StopPhase = 'serving' | 'draining' | 'closing'

/**
 * Stops a server in two steps. While it drains, `readyz` says 503 and the port still accepts: a load balancer needs
 * time to notice. Clients are asked to connect anew for their next request, which leads them to other servers. Then the
 * port is closed, running transfers have their grace, and the process ends.
 */
export class GracefulStop {
  #phase: StopPhase = 'serving'
  #drained: LongTimer | undefined
  readonly #sessions = new Set<ServerHttp2Session>()

  /** @param delay ms of draining; 0 for none. To be called before the server listens. */
  constructor(
    private readonly app: FastifyInstance,
    private readonly logger: Pick<Logger, 'info' | 'error'>,
    private readonly delay: number,
  ) {
    if (delay > 0) forEveryServer(app, (server) => this.#watch(server))
  }

  get phase(): StopPhase {
    return this.#phase
  }

  /** Begins to drain, or closes where there is no delay. Does nothing if the server is stopping already. */
  drain(signal: NodeJS.Signals): void {
    if (this.#phase !== 'serving') return
    if (this.delay === 0) {
      this.close(signal)
      return
    }
    this.#phase = 'draining'
    const running = this.app.transfers.running.size
    this.logger.info({ signal, running, delay: this.delay }, 'draining')
    // GOAWAY: streams that are open go on.
    for (const session of this.#sessions) session.close()
    this.#drained = new LongTimer(() => this.close(signal), this.delay)
  }

  /** Closes the port, with the grace of running transfers. Does nothing if that has been done. */
  close(signal: NodeJS.Signals): void {
    if (this.#phase === 'closing') return
    this.#phase = 'closing'
    this.#drained?.clear()
    this.logger.info({ signal, running: this.app.transfers.running.size }, 'stopping')
    this.app.close().then(
      () => process.exit(0),
      (error: unknown) => {
        this.logger.error({ err: error }, 'could not stop cleanly')
        process.exit(1)
      },
    )
  }

  #watch(server: Server): void {
    // Before the listener that responds.
    server.prependListener(
      'request',
      (_request, response: ServerResponse | Http2ServerResponse) => {
        if (this.#phase === 'serving') return
        if ('shouldKeepAlive' in response) response.shouldKeepAlive = false
        else if ('stream' in response) {
          const { session } = response.stream
          // GOAWAY at once would refuse the requests that the client has sent together with this one.
          response.once('close', () => session?.close())
        }
      },
    )
    server.on('session', (session: ServerHttp2Session) => {
      this.#sessions.add(session)
      session.once('close', () => this.#sessions.delete(session))
    })
  }
}
