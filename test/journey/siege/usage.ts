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
  const names = socketNames()
  return {
    processes: all.length,
    memory: all.reduce((sum, pid) => sum + residentBytes(pid), 0),
    descriptors: all.flatMap((pid) =>
      openDescriptors(pid)
        .filter((name) => /^(socket|\/(?!dev\/))/.test(name))
        .map((name) => `${names.get(name) ?? name} of ${pid}`),
    ),
  }
}

/**
 * By the names of descriptors, what their sockets are: `tcp 0100007F:1F90 0100007F:C350 01 00000000:00000000`, or
 * `unix` for one between two processes. A connection that is closed in both directions is in none of the tables.
 */
function socketNames(): Map<string, string> {
  const tcp = ['tcp', 'tcp6'].flatMap(rowsOf).map((row): [string, string] => {
    // The state (01: established, 08: closed by the client, 0A: listens), then bytes not yet received by the client and read.
    const [, local, remote, state, queues, , , , , inode] = row
    return [`socket:[${inode}]`, `tcp ${local} ${remote} ${state} ${queues}`]
  })
  const unix = rowsOf('unix').map((row): [string, string] => [`socket:[${row[6]}]`, 'unix'])
  return new Map([...tcp, ...unix])
}

/** The rows of a table of sockets, without its header. */
function rowsOf(table: string): string[][] {
  const [, ...lines] = read(`/proc/net/${table}`).split('\n')
  return lines.map((line) => line.trim().split(/\s+/))
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

function nameOf(link: string): string {
  try {
    return readlinkSync(link)
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
