import type { FastifyInstance } from 'fastify'
import type { Registry } from 'prom-client'
import { type MetricRegistry, responseMetrics } from '../observe/response-metrics.js'
import { observeResponses } from '../observe/response-observer.js'
import { transferMetrics } from './metrics.js'

/**
 * Adds the metrics of lastbyte to a registry of prom-client, such as the one of an application: those of transfers, of all
 * responses of the application by status code, method and kind of route (`other` for routes of its own), and of refusals
 * (docs/server.md lists them). Call it once, when the plugin is registered and before the application listens.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte, { addMetrics } from 'lastbyte'
 * import { Registry } from 'prom-client'
 *
 * const registry = new Registry()
 * const app = Fastify()
 * await app.register(lastbyte, { root: 'media' })
 * addMetrics(app, registry)
 * app.get('/metrics', async () => registry.metrics())
 * const url = await app.listen({ host: '127.0.0.1', port: 0 })
 * const { byteLength } = await (await fetch(`${url}/clip.mp4`)).arrayBuffer()
 * const metrics = await (await fetch(`${url}/metrics`)).text()
 * assert.match(metrics, new RegExp(`^lastbyte_sent_bytes_total ${byteLength}$`, 'm'))
 * await app.close()
 * ```
 */
export function addMetrics(app: FastifyInstance, registry: MetricRegistry): void {
  transferMetrics(app.transfers, registry as Registry)
  responseMetrics(registry, observeResponses(app))
}
