import { Registry } from 'prom-client'
import { expect, it } from 'vitest'
import { processMetrics } from '../../src/observe/process-metrics.js'

it('processMetrics adds the figures of the process and of the build', async () => {
  const registry = new Registry()
  processMetrics(registry, '1.2.3')
  const text = await registry.metrics()
  for (const name of [
    'process_cpu_seconds_total',
    'process_resident_memory_bytes',
    'process_open_fds',
    'process_max_fds',
    'process_start_time_seconds',
    'nodejs_eventloop_lag_p99_seconds',
    'nodejs_heap_size_used_bytes',
  ]) {
    expect(text).toMatch(new RegExp(`^${name} \\d`, 'm'))
  }
  expect(text).toContain(`lastbyte_build_info{version="1.2.3",node="${process.version}"} 1`)
})
