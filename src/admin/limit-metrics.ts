import { Counter, Gauge, type Registry } from 'prom-client'
import type { TransferRegistry } from '../delivery/transfer-registry.js'

/** What the limits of client addresses have counted. */
export interface LimitCounts {
  readonly connections: number
  readonly requests: number
  /** Addresses that have connections or requests. */
  readonly size: number
  readonly refusedConnections: number
  readonly refusedRequests: number
}

/**
 * Adds the metrics of the limits to a registry. None has the address as a label: an attacker could create series
 * without bound.
 */
export function limitMetrics(
  registry: Registry,
  limits: LimitCounts,
  transfers: Pick<TransferRegistry, 'rates'>,
): void {
  const registers = [registry]
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value())
      },
    })
  const counter = (name: string, help: string, value: () => number) =>
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset()
        this.inc(value())
      },
    })
  gauge('lastbyte_connections', 'Connections that are open.', () => limits.connections)
  gauge('lastbyte_requests_running', 'Requests under way.', () => limits.requests)
  gauge(
    'lastbyte_client_addresses',
    'Client addresses with connections or requests.',
    () => limits.size,
  )
  counter(
    'lastbyte_connections_refused_total',
    'Connections over the limit of their address.',
    () => limits.refusedConnections,
  )
  counter(
    'lastbyte_requests_refused_total',
    'Requests over the limit of their address.',
    () => limits.refusedRequests,
  )
  counter(
    'lastbyte_rate_wait_seconds_total',
    'Time for which transfers have waited for their rate.',
    () => (transfers.rates?.waited ?? 0) / 1000,
  )
}
