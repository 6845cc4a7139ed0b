import { readdirSync, readFileSync } from 'node:fs'
import { wait } from './processes.mjs'

/** Clock ticks a second in /proc (USER_HZ), 100 on every Linux platform of Node. */
const TICKS_A_SECOND = 100
const MB = 1e6
/** ms between two samples of a server's memory, the equal samples that count as stable, and the limit. */
const SAMPLE_INTERVAL = 250
const STABLE_SAMPLES = 4
const MAX_SAMPLES = 40

/** User and system CPU seconds of the processes; undefined without /proc. */
export function cpuSeconds(pids) {
  return sum(pids, (pid) => {
    // The command name may contain spaces and parentheses, so fields are counted after it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ')
    return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND
  })
}

/**
 * CPU seconds of the processes' threads in ns, for loads of a few ms; threads that have ended don't count.
 * undefined without /proc or its schedstat.
 */
export function threadSeconds(pids) {
  return sum(pids, (pid) => {
    const threads = readdirSync(`/proc/${pid}/task`)
    const ns = threads.map((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1'),
    )
    return ns.reduce((total, line) => total + Number(line.split(' ')[0]), 0) / 1e9
  })
}

/** Peak resident bytes of the processes; undefined without /proc. */
export function peakMemory(pids) {
  return sum(pids, (pid) => kilobytesOf(pid, /^VmHWM:\s+(\d+) kB$/m) * 1024)
}

/** Current resident bytes of the processes; undefined without /proc. */
export function memoryNow(pids) {
  return sum(pids, (pid) => kilobytesOf(pid, /^VmRSS:\s+(\d+) kB$/m) * 1024)
}

/** The resident bytes of processes once they are stable within 1 MB, or after 10 s. */
export async function settledMemory(pids) {
  const samples = []
  while (samples.length < MAX_SAMPLES) {
    await wait(SAMPLE_INTERVAL)
    samples.push(memoryNow(pids))
    const last = samples.slice(-STABLE_SAMPLES)
    if (last.length === STABLE_SAMPLES && Math.max(...last) - Math.min(...last) < MB) break
  }
  return samples.at(-1)
}

/** Bytes in the buffers of all TCP sockets of the system; undefined without /proc. */
export function socketMemory() {
  return sum(['sockstat'], (file) => {
    const [, pages] = /^TCP:.* mem (\d+)/m.exec(readFileSync(`/proc/net/${file}`, 'latin1'))
    return Number(pages) * 4096
  })
}

/** Idle CPU seconds of all cores since the system started; undefined without /proc. */
export function idleSeconds() {
  return sum(['stat'], (file) => {
    const [, , , , idle, waiting] = readFileSync(`/proc/${file}`, 'latin1').split(/ +/)
    return (Number(idle) + Number(waiting)) / TICKS_A_SECOND
  })
}

/** The ids of a process and its children. */
export function familyOf(pid) {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1')
    return [pid, ...children.split(' ').filter(Boolean).map(Number)]
  } catch {
    return [pid]
  }
}

/**
 * Samples the CPU seconds of a process until it ends.
 *
 * @returns a function that stops sampling and returns the average number of cores that the process used
 */
export function watchBusyness({ pid }, { every = 50 } = {}) {
  const began = performance.now()
  let last = { at: began, cpu: 0 }
  const timer = setInterval(() => {
    try {
      const cpu = cpuSeconds([pid])
      if (cpu > 0) last = { at: performance.now(), cpu }
    } catch {
      // The process has ended since.
    }
  }, every)
  return () => {
    clearInterval(timer)
    return last.at === began ? undefined : last.cpu / ((last.at - began) / 1000)
  }
}

function kilobytesOf(pid, line) {
  return Number(line.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1])
}

function sum(pids, figureOf) {
  try {
    return pids.map(figureOf).reduce((total, figure) => total + figure, 0)
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}

export function median(figures) {
  const sorted = figures.filter((figure) => figure !== undefined).sort((a, b) => a - b)
  if (sorted.length === 0) return undefined
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
