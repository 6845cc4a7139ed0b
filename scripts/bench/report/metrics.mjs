import { median } from '../measure.mjs'

/** What is measured, and what it is called. `better`: which way, where that can be said. */
export const METRICS = {
  rate: { title: 'requests/s', better: 'more' },
  ratePerCpu: { title: 'requests/CPU s', better: 'more' },
  speed: { title: 'MB/s', better: 'more' },
  cpu: { title: 'CPU s' },
  cpuPerGiB: { title: 'CPU s/GiB', better: 'less' },
  memory: { title: 'peak RSS MB', better: 'less' },
  p50: { title: 'p50 ms', better: 'less' },
  p99: { title: 'p99 ms', better: 'less' },
  perClient: { title: 'KiB a client', better: 'less' },
  idleMemory: { title: 'RSS MB, idle' },
  stalledMemory: { title: 'RSS MB, stalled' },
  sockets: { title: 'kernel KiB a client' },
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

/** The share of its core from which on it may be the generator that could do no more. */
const BUSY = 0.95

/** A server's figure of a metric: the median of its rounds; undefined where there is none. */
export function figureOf(cases, { case: name, server, metric }) {
  const rounds = cases[name]?.figures[server]?.[metric]
  if (rounds === undefined) return undefined
  // A peak only grows: the last is that of all rounds.
  return metric === 'memory' ? Math.max(...rounds) : median(rounds)
}

/** Whether the generator was as busy as it can be, so that the server might have done more. */
export function isGeneratorBusy(cases, { case: name, server }) {
  return (figureOf(cases, { case: name, server, metric: 'busy' }) ?? 0) >= BUSY
}

/** Three significant digits, and no fewer than the whole number has. */
export function number(figure) {
  if (figure === undefined || figure === null || !Number.isFinite(figure)) return '–'
  if (Math.abs(figure) >= 100) return Math.round(figure).toLocaleString('en')
  return String(Number(figure.toPrecision(3)))
}
