import { join } from 'node:path'
import { LOAD_CORE, outputOf, start } from '../processes.mjs'

/** ms between two requests of the probe, whose own load is negligible at this rate. */
const INTERVAL = 5

/**
 * Requests a small file at a constant rate (load/probe.mjs).
 *
 * @returns `figures`, a promise of the latencies, and `finish`, which ends the probe before its time
 */
export function probe(port, { path, size }, seconds) {
  const task = JSON.stringify({ port, path, size, every: INTERVAL, seconds })
  const child = start(process.execPath, [join(import.meta.dirname, 'probe.mjs'), task], {
    core: LOAD_CORE,
  })
  const figures = outputOf(child).then(JSON.parse)
  figures.catch(() => {})
  return { figures, finish: () => child.kill('SIGTERM') }
}

/** The latencies of a probe without load and under load, side by side. */
export function compared(idle, loaded) {
  return {
    idleP50: idle.p50,
    idleP99: idle.p99,
    loadP50: loaded.p50,
    loadP99: loaded.p99,
    timesP99: loaded.p99 / idle.p99,
    unanswered: loaded.unanswered,
  }
}
