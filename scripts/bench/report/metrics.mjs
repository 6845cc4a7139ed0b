import { median } from '../measure.mjs'

/** The metrics and their titles. `better`: the direction of improvement, if there is one. */
export const METRICS = {
  rate: { title: 'requests/s', better: 'more' },
  ratePerCpu: { title: 'requests/CPU s', better: 'more' },
  speed: { title: 'MB/s', better: 'more' },
  cpu: { title: 'CPU s' },
  cpuPerGiB: { title: 'CPU s/GiB', better: 'less' },
  memory: { title: 'peak RSS MB', better: 'less' },
  p50: { title: 'p50 ms', better: 'less' },
  p99: { title: 'p99 ms', better: 'less' },
  perClient: { title: 'KiB per client', better: 'less' },
  idleMemory: { title: 'RSS MB, idle' },
  stalledMemory: { title: 'RSS MB, stalled' },
  sockets: { title: 'kernel KiB per client' },
  idleP50: { title: 'p50 ms, idle' },
  idleP99: { title: 'p99 ms, idle' },
  loadP50: { title: 'p50 ms, loaded' },
  loadP99: { title: 'p99 ms, loaded', better: 'less' },
  timesP99: { title: 'p99 ÷ idle', better: 'less' },
  unanswered: { title: 'unanswered' },
  serverCores: { title: 'cores, server' },
  loadCores: { title: 'cores, wrk' },
  idleCores: { title: 'cores, idle' },
}

/** The CPU share of the generator from which on the generator may be the limit. */
const BUSY = 0.95

/** A server's figure of a metric: the median of its rounds; undefined where there is none. */
export function figureOf(cases, { case: name, server, metric }) {
  const rounds = cases[name]?.figures[server]?.[metric]
  if (rounds === undefined) return undefined
  // The peak never decreases within a process, so its maximum is the peak of all rounds.
  return metric === 'memory' ? Math.max(...rounds) : median(rounds)
}

/** Whether the load generator was saturated, so that the server's maximum may be higher. */
export function isGeneratorBusy(cases, { case: name, server }) {
  return (figureOf(cases, { case: name, server, metric: 'busy' }) ?? 0) >= BUSY
}

/** Formats a figure with three significant digits, or as an integer from 100. */
export function number(figure) {
  if (figure === undefined || figure === null || !Number.isFinite(figure)) return '–'
  if (Math.abs(figure) >= 100) return Math.round(figure).toLocaleString('en')
  return String(Number(figure.toPrecision(3)))
}
