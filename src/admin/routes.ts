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

export interface AdminOptions {
  /** Default: the metrics of the application's transfers. */
  readonly metrics?: MetricsSource
}

/** Adds the routes for health, readiness and metrics. */
export async function adminRoutes(app: FastifyInstance, options: AdminOptions = {}): Promise<void> {
  await app.register(async (admin) => {
    admin.addHook('onRequest', async (_request, reply) => guardFields(reply))
    await addRoutes(admin, options)
  })
}

async function addRoutes(
  app: FastifyInstance,
  { metrics = transferMetrics(app.transfers) }: AdminOptions,
): Promise<void> {
  app.get(`${OWN}/healthz`, (_request, reply) => plain(reply).send('ok\n'))
  app.get(`${OWN}/readyz`, (_request, reply) => {
    return app.transfers.draining
      ? sendProblem(reply, 503, 'The server is shutting down.')
      : plain(reply).send('ready\n')
  })
  app.get(`${OWN}/metrics`, async (_request, reply) => {
    return reply.type(metrics.contentType).send(await metrics.metrics())
  })
}

function plain(reply: FastifyReply): FastifyReply {
  return reply.type('text/plain; charset=utf-8').header('cache-control', 'no-store')
}
