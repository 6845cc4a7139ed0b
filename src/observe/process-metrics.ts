import { collectDefaultMetrics, Gauge, type Registry } from 'prom-client'

/** Adds the figures of this process, by prom-client's names (`process_…`, `nodejs_…`), and of this build. */
export function processMetrics(registry: Registry, version: string): void {
  collectDefaultMetrics({ register: registry })
  const info = new Gauge({
    name: 'lastbyte_build_info',
    help: '1, with the versions of lastbyte and Node as labels.',
    labelNames: ['version', 'node'],
    registers: [registry],
  })
  info.set({ version, node: process.version }, 1)
}
