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
