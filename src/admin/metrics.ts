import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { TransferRegistry } from '../delivery/transfer-registry.js'

/** The counters of an application's transfers, in a registry of their own (Prometheus text format). */
export function transferMetrics(book: TransferRegistry): Registry {
  const registry = new Registry()
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
    help: 'Body bytes that the system has taken, also of transfers that still run.',
    registers,
    collect() {
      this.reset()
      this.inc(book.bytesSent)
    },
  })
  new Counter({
    name: 'lastbyte_source_heals_total',
    help: 'Failures of a source after which it was asked again.',
    registers,
    collect() {
      this.reset()
      this.inc(book.heals)
    },
  })
  new Gauge({
    name: 'lastbyte_transfers_running',
    help: 'Transfers that run now.',
    registers,
    collect() {
      this.set(book.running.size)
    },
  })
  new Gauge({
    name: 'lastbyte_transfers_stalled',
    help: 'Running transfers whose client takes nothing at the moment.',
    registers,
    collect() {
      this.set([...book.running].filter(({ stalling }) => stalling).length)
    },
  })
  book.observe(({ outcome, ms }) => {
    settled.inc({ outcome })
    seconds.observe(ms / 1000)
  })
  return registry
}
