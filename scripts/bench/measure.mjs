import { readFileSync } from 'node:fs'

/** The unit of times in /proc, the same on every Linux. */
const TICKS_A_SECOND = 100

/** CPU seconds that the processes have used, in user and system; undefined where there is no /proc. */
export function cpuSeconds(pids) {
  return sum(pids, (pid) => {
    // The name may hold spaces and brackets: count the fields behind it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ')
    return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND
  })
}

/** The most bytes that the processes have had resident so far; undefined where there is no /proc. */
export function peakMemory(pids) {
  return sum(pids, (pid) => kilobytesOf(pid, /^VmHWM:\s+(\d+) kB$/m) * 1024)
}

/** Bytes that the processes have resident now; undefined where there is no /proc. */
export function memoryNow(pids) {
  return sum(pids, (pid) => kilobytesOf(pid, /^VmRSS:\s+(\d+) kB$/m) * 1024)
}

/** Bytes that all TCP sockets of the system hold; undefined where there is no /proc. */
export function socketMemory() {
  return sum(['sockstat'], (file) => {
    const [, pages] = /^TCP:.* mem (\d+)/m.exec(readFileSync(`/proc/net/${file}`, 'latin1'))
    return Number(pages) * 4096
  })
}

/** CPU seconds that no core of the system has used so far; undefined where there is no /proc. */
export function idleSeconds() {
  return sum(['stat'], (file) => {
    const [, , , , idle, waiting] = readFileSync(`/proc/${file}`, 'latin1').split(/ +/)
    return (Number(idle) + Number(waiting)) / TICKS_A_SECOND
  })
}

/** A process and its children. */
export function familyOf(pid) {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1')
    return [pid, ...children.split(' ').filter(Boolean).map(Number)]
  } catch {
    return [pid]
  }
}

/**
 * Looks at the CPU seconds of a process until it ends.
 *
 * @returns a function that gives the cores which it kept busy up to the last look
 */
export function watchBusyness({ pid }, { every = 50 } = {}) {
  const began = performance.now()
  let last = { at: began, cpu: 0 }
  const look = setInterval(() => {
    try {
      const cpu = cpuSeconds([pid])
      if (cpu > 0) last = { at: performance.now(), cpu }
    } catch {
      // It has just ended.
    }
  }, every)
  return () => {
    clearInterval(look)
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
