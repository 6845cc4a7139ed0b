import { join } from 'node:path'
import { LOAD_CORE, outputOf, start } from '../processes.mjs'

/** ms between two requests of the probe: few enough to be no load of their own. */
const EVERY = 5

/**
 * Asks for a small file at a steady pace (load/probe.mjs).
 *
 * @returns `figures`, a promise of them, and `finish`, which ends the asking before the seconds are over
 */
export function probe(port, { path, size }, seconds) {
  const task = JSON.stringify({ port, path, size, every: EVERY, seconds })
  const child = start(process.execPath, [join(import.meta.dirname, 'probe.mjs'), task], {
    core: LOAD_CORE,
  })
  const figures = outputOf(child).then(JSON.parse)
  figures.catch(() => {})
  return { figures, finish: () => child.kill('SIGTERM') }
}

/** What a probe saw beside a load, next to what it saw without. */
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
