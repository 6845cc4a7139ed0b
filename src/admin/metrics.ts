import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { TransferRegistry } from '../delivery/transfer-registry.js'

/** Adds the metrics of an application's transfers to a registry. @param registry default: one of their own */
export function transferMetrics(transfers: TransferRegistry, registry = new Registry()): Registry {
  const registers = [registry]
  const settled = new Counter({
    name: 'lastbyte_transfers_total',
    help: 'Transfers that have ended, by outcome.',
    labelNames: ['outcome'],
    registers,
  })
  const seconds = new Histogram({
    name: 'lastbyte_transfer_duration_seconds',
    help: 'Time from a request to the end of its transfer.',
    buckets: [0.005, 0.025, 0.1, 0.5, 1, 5, 30, 120, 600, 3600],
    registers,
  })
  new Counter({
    name: 'lastbyte_sent_bytes_total',
    help: 'Body bytes that the kernel has accepted, including those of running transfers.',
    registers,
    collect() {
      this.reset()
      this.inc(transfers.bytesSent)
    },
  })
  new Counter({
    name: 'lastbyte_source_heals_total',
    help: 'Source reads that were resumed after a failure.',
    registers,
    collect() {
      this.reset()
      this.inc(transfers.heals)
    },
  })
  new Gauge({
    name: 'lastbyte_transfers_running',
    help: 'Transfers that are running.',
    registers,
    collect() {
      this.set(transfers.running.size)
    },
  })
  new Gauge({
    name: 'lastbyte_transfers_stalled',
    help: 'Running transfers whose client accepts no bytes at the moment.',
    registers,
    collect() {
      this.set([...transfers.running].filter(({ stalling }) => stalling).length)
    },
  })
  transfers.observe(({ outcome, ms }) => {
    settled.inc({ outcome })
    seconds.observe(ms / 1000)
  })
  return registry
}
