import { archives } from './archives.mjs'
import { cold } from './cold.mjs'
import { downloads } from './downloads.mjs'
import { events } from './events.mjs'
import { firstByte } from './first-byte.mjs'
import { idle } from './idle.mjs'
import { live } from './live.mjs'
import { proxies } from './proxies.mjs'
import { rateWorkload } from './rate.mjs'
import { replay } from './replay.mjs'
import { s3 } from './s3.mjs'
import { stalled } from './stalled.mjs'
import { startOfCommand } from './start.mjs'
import { tls } from './tls.mjs'
import { workers } from './workers.mjs'

/**
 * The workloads, in the order of the report.
 *
 * - `cases`: the names of the tables that it measures
 * - `files`: the names of its files; `on`: the folder that they are in
 * - `subjects`: by case, what can be measured: servers, clients or other rows of the table; without a list,
 *   all servers of the run. `checksItself`: the subjects are no servers of the files, so that the workload
 *   checks what they send.
 * - `lacks` returns why the workload can't run on this machine
 * - `run` resolves to the cases by name: `{ title, how, main, figures }`, and where needed `own` (the subject
 *   that the others are compared with, default lastbyte), `kind` (the head of the first column), `seconds` (of
 *   a round), `notes` and `limit`. `figures` has the figures of all rounds by subject and by metric
 *   (report/metrics.mjs), as `takeTurns` returns them. `main` is the most important metric.
 *
 * A workload measures the subjects that `context.subjectsOf(name)` returns for its case.
 */
export const WORKLOADS = {
  whole: rateWorkload(['whole']),
  ranges: rateWorkload(['ranges']),
  sizes: rateWorkload(['sixteen', 'mib']),
  hundred: rateWorkload(['hundred']),
  small: rateWorkload(['small']),
  bodiless: rateWorkload(['small-beside', 'not-modified', 'unsatisfiable']),
  growth: rateWorkload(['files-10', 'files-1000', 'files-100000']),
  offsets: rateWorkload(['range-1-mib', 'range-1-gib', 'range-100-gib']),
  tls,
  stalled,
  idle,
  'first-byte': firstByte,
  cold,
  workers,
  start: startOfCommand,
  downloads,
  proxies,
  s3,
  events,
  replay,
  archives,
  live,
}

/** The workloads of a quick run without --only: those with goals that are the hardest to reach. */
export const QUICK_WORKLOADS = [
  ...['whole', 'growth', 'tls', 'idle', 'start'],
  ...['downloads', 'proxies', 's3', 'events'],
]
