import type { FastifyInstance, FastifyReply } from 'fastify'
import { guardFields } from '../response/guard-fields.js'
import { sendProblem } from '../response/problem-response.js'
import { transferMetrics } from './metrics.js'

/** The path prefix of all URLs that are not files. */
export const OWN = '/-'

/** The source of /-/metrics: a prom-client registry, or the sum of several. */
export interface MetricsSource {
  readonly contentType: string
  metrics(): Promise<string>
}

export interface AdminOptions extends HealthOptions {
  /** Default: the metrics of the application's transfers. */
  readonly metrics?: MetricsSource
}

export interface HealthOptions {
  /** Whether the server accepts requests of clients. Default: always, until it stops. */
  readonly isServing?: () => boolean
  /** Whether the server is about to stop although its port is open. Default: false until the server closes. */
  readonly isDraining?: () => boolean
}

/** Adds the routes for health, readiness and metrics. */
export async function adminRoutes(app: FastifyInstance, options: AdminOptions = {}): Promise<void> {
  const { metrics = transferMetrics(app.transfers) } = options
  await healthRoutes(app, options)
  await guarded(app, (admin) => {
    admin.get(`${OWN}/metrics`, async (_request, reply) => {
      return reply.type(metrics.contentType).send(await metrics.metrics())
    })
  })
}

/** Adds the routes for health and readiness. */
export async function healthRoutes(
  app: FastifyInstance,
  { isServing = () => true, isDraining = () => false }: HealthOptions = {},
): Promise<void> {
  await guarded(app, (admin) => {
    admin.get(`${OWN}/healthz`, (_request, reply) => plain(reply).send('ok\n'))
    admin.get(`${OWN}/readyz`, (_request, reply) => {
      if (admin.transfers.draining || isDraining()) {
        return sendProblem(reply, 503, 'The server is shutting down.')
      }
      if (!isServing()) return sendProblem(reply, 503, 'The server is starting.')
      return plain(reply).send('ready\n')
    })
  })
}

async function guarded(
  app: FastifyInstance,
  addRoutes: (admin: FastifyInstance) => void,
): Promise<void> {
  await app.register(async (admin) => {
    admin.addHook('onRequest', async (_request, reply) => guardFields(reply))
    addRoutes(admin)
  })
}

function plain(reply: FastifyReply): FastifyReply {
  return reply.type('text/plain; charset=utf-8').header('cache-control', 'no-store')
}
