import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** What a server and its workers hold. */
export interface Usage {
  /** The servers and their workers. A worker that was killed is missing until another one has started. */
  readonly processes: number
  /** Bytes of resident memory. */
  readonly memory: number
  /** The sockets and files that are open. Pipes and events belong to threads, whose number is bounded. */
  readonly descriptors: readonly string[]
}

/** @param pids of servers; the processes that they have started count too */
export function usageOf(pids: readonly number[]): Usage {
  const all = pids.flatMap((pid) => [pid, ...childrenOf(pid)])
  return {
    processes: all.length,
    memory: all.reduce((sum, pid) => sum + residentBytes(pid), 0),
    descriptors: all.flatMap(openDescriptors).filter((name) => /^(socket|\/(?!dev\/))/.test(name)),
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

function openDescriptors(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((descriptor) =>
      nameOf(`/proc/${pid}/fd/${descriptor}`),
    )
  } catch {
    return []
  }
}

/** Without the number of an inode, which differs each time. */
function nameOf(link: string): string {
  try {
    return readlinkSync(link).replace(/:\[\d+\]$/, '')
  } catch {
    return 'closed'
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
