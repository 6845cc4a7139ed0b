import { cold } from './cold.mjs'
import { measureDownloads } from './downloads.mjs'
import { measureEvents } from './events.mjs'
import { firstByte } from './first-byte.mjs'
import { measureProxies } from './proxies.mjs'
import { rateWorkload } from './rate.mjs'
import { stalled } from './stalled.mjs'
import { workers } from './workers.mjs'

/**
 * What can be measured: `files` that it needs, in the folder that it is `on`; `servers` that it is for, of
 * those that are measured (all, if none are named), or that it starts `alone`; `lacks`, why it can't be
 * measured here. `run` resolves to the figures, by case; one that prints by itself, to nothing.
 */
export const WORKLOADS = {
  whole: rateWorkload(['whole']),
  ranges: rateWorkload(['ranges']),
  hundred: rateWorkload(['hundred']),
  small: rateWorkload(['small']),
  bodiless: rateWorkload(['small-beside', 'not-modified', 'unsatisfiable']),
  stalled,
  'first-byte': firstByte,
  cold,
  workers,
  growth: rateWorkload([
    ...['files-10', 'files-1000', 'files-100000'],
    ...['range-1-mib', 'range-1-gib', 'range-100-gib'],
  ]),
  downloads: { files: ['large'], on: 'memory', prints: true, run: measureDownloads },
  proxies: { files: ['large'], on: 'memory', prints: true, run: measureProxies },
  events: { files: [], on: 'memory', prints: true, run: measureEvents },
}

/** Those that a run measures if it is not told otherwise: the ones of docs/benchmarks.md. */
export const USUAL_WORKLOADS = Object.keys(WORKLOADS).filter((name) => !WORKLOADS[name].prints)
