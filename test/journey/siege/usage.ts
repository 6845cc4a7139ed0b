import { readdirSync, readFileSync } from 'node:fs'

/** What a server and its workers hold. */
export interface Usage {
  /** Bytes of resident memory. */
  readonly memory: number
  readonly descriptors: number
}

/** @param pids of servers; the processes that they have started count too */
export function usageOf(pids: readonly number[]): Usage {
  const all = pids.flatMap((pid) => [pid, ...childrenOf(pid)])
  const each = all.map((pid) => ({ memory: residentBytes(pid), descriptors: openDescriptors(pid) }))
  return {
    memory: each.reduce((sum, { memory }) => sum + memory, 0),
    descriptors: each.reduce((sum, { descriptors }) => sum + descriptors, 0),
  }
}

/** The processes that a process has started (Linux). */
export function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) => {
    return read(`/proc/${pid}/task/${task}/children`).split(' ').filter(Boolean).map(Number)
  })
}

function residentBytes(pid: number): number {
  const [, kilobytes = '0'] = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`)) ?? []
  return Number(kilobytes) * 1_024
}

function openDescriptors(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length
  } catch {
    return 0
  }
}

/** The text of a file of a process; empty if the process has ended. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
