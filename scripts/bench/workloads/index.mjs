import { measureArchives } from './archives.mjs'
import { cold } from './cold.mjs'
import { measureDownloads } from './downloads.mjs'
import { measureEvents } from './events.mjs'
import { firstByte } from './first-byte.mjs'
import { measureLive } from './live.mjs'
import { measureProxies } from './proxies.mjs'
import { rateWorkload } from './rate.mjs'
import { measureReplay } from './replay.mjs'
import { stalled } from './stalled.mjs'
import { workers } from './workers.mjs'

/**
 * The workloads. `files`: the names of its files; `on`: the folder that they are in. `servers`: the servers
 * that it can measure (default all); `alone`: servers that only this workload measures. `lacks` returns why
 * the workload can't run on this machine. `run` resolves to the figures by case; a workload that `prints`
 * its own report resolves to nothing.
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
  archives: { files: ['large'], on: 'memory', prints: true, run: measureArchives },
  events: { files: [], on: 'memory', prints: true, run: measureEvents },
  live: { files: [], on: 'memory', prints: true, run: measureLive },
  replay: { files: [], on: 'memory', prints: true, run: measureReplay },
}

/** The workloads of a run without --only, which are those of docs/benchmarks.md. */
export const USUAL_WORKLOADS = Object.keys(WORKLOADS).filter((name) => !WORKLOADS[name].prints)
