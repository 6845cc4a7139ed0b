import { median } from '../measure.mjs'

/** The metrics in the order of the tables, and their titles. */
export const METRICS = {
  rate: { title: 'requests/s' },
  ratePerCpu: { title: 'requests/CPU s' },
  events: { title: 'events/s' },
  eventsPerCpu: { title: 'events/CPU s' },
  cpuPerEvent: { title: 'CPU µs/event' },
  wall: { title: 's' },
  afterStart: { title: 's after the start of Node' },
  speed: { title: 'MB/s' },
  cpu: { title: 'CPU s' },
  cpuPerGiB: { title: 'CPU s/GiB' },
  memory: { title: 'peak RSS MB' },
  laterMemory: { title: 'peak RSS MB after more GiB' },
  p50: { title: 'p50 ms' },
  p99: { title: 'p99 ms' },
  perClient: { title: 'KiB per client' },
  idleMemory: { title: 'RSS MB, idle' },
  stalledMemory: { title: 'RSS MB, stalled' },
  earlyMemory: { title: 'RSS MB after 2 s' },
  lateMemory: { title: 'RSS MB after 10 s' },
  sockets: { title: 'kernel KiB per client' },
  idleP50: { title: 'p50 ms, idle' },
  idleP99: { title: 'p99 ms, idle' },
  loadP50: { title: 'p50 ms, loaded' },
  loadP99: { title: 'p99 ms, loaded' },
  timesP99: { title: 'p99 ÷ idle' },
  unanswered: { title: 'unanswered' },
  serverCores: { title: 'cores, server' },
  loadCores: { title: 'cores, wrk' },
  idleCores: { title: 'cores, idle' },
}

/** Peaks never decrease within a process, so the maximum is the peak of all rounds. */
const PEAKS = new Set(['memory', 'laterMemory'])

/** The CPU share of the generator from which on the generator may be the limit. */
const BUSY = 0.95

/** A subject's figure of a metric: the median of its rounds; undefined where there is none. */
export function figureOf(cases, { case: name, subject, metric }) {
  const rounds = cases[name]?.figures[subject]?.[metric]
  if (rounds === undefined) return undefined
  return PEAKS.has(metric) ? Math.max(...rounds) : median(rounds)
}

/** Whether the load generator was saturated, so that the server's maximum may be higher. */
export function isGeneratorBusy(cases, { case: name, subject }) {
  return (figureOf(cases, { case: name, subject, metric: 'busy' }) ?? 0) >= BUSY
}

/** Formats a figure with three significant digits, or as an integer from 100. */
export function number(figure) {
  if (figure === undefined || figure === null || !Number.isFinite(figure)) return '–'
  if (Math.abs(figure) >= 100) return Math.round(figure).toLocaleString('en')
  return String(Number(figure.toPrecision(3)))
}
