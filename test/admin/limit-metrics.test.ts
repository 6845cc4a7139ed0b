import { Registry } from 'prom-client'
import { expect, it } from 'vitest'
import { limitMetrics } from '../../src/admin/limit-metrics.js'
import { Rates } from '../../src/delivery/pace.js'

it('The metrics of the limits have the counts, and no address', async () => {
  const registry = new Registry()
  const counts = { connections: 3, requests: 2, size: 1, refusedConnections: 5, refusedRequests: 7 }
  const rates = new Rates({ rate: 1000 })
  rates.waited = 1500
  limitMetrics(registry, counts, { rates })
  const text = await registry.metrics()
  expect(text.split('\n').filter((line) => /^lastbyte/.test(line))).toEqual([
    'lastbyte_connections 3',
    'lastbyte_requests_running 2',
    'lastbyte_client_addresses 1',
    'lastbyte_connections_refused_total 5',
    'lastbyte_requests_refused_total 7',
    'lastbyte_rate_wait_seconds_total 1.5',
  ])
})
