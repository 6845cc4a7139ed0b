import { existsSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

/** What the kernel says of a descriptor of this process. `unknown`: there is no /proc, as on macOS. */
export type DescriptorKind =
  | { readonly kind: 'socket'; readonly inode: string }
  | { readonly kind: 'closed' }
  /** `what` is the kernel's name of it, such as `/dev/null` or `pipe:[8]`. */
  | { readonly kind: 'other'; readonly what: string }
  | { readonly kind: 'unknown' }

/** State of a TCP socket that listens (include/net/tcp_states.h). */
const LISTENS = '0A'
/** Type of a Unix socket for streams (SOCK_STREAM). */
const STREAM = '0001'
/** A flag of Unix sockets that listen (__SO_ACCEPTCON). */
const ACCEPTS = 0x10000

/** What a descriptor is. The tables of the kernel name a socket by the number of its inode. */
export function kindOfDescriptor(fd: number, proc = '/proc'): DescriptorKind {
  const folder = join(proc, 'self/fd')
  let what: string
  try {
    what = readlinkSync(join(folder, String(fd)))
  } catch {
    return existsSync(folder) ? { kind: 'closed' } : { kind: 'unknown' }
  }
  const [, inode] = /^socket:\[(\d+)\]$/.exec(what) ?? []
  return inode === undefined ? { kind: 'other', what } : { kind: 'socket', inode }
}

/** The path of a Unix socket, with @ for the zero byte of an abstract one; undefined for any other socket. */
export function unixPathOf(inode: string, proc = '/proc'): string | undefined {
  return unixSocket(inode, proc)?.path || undefined
}

/** Why a server can't listen on a socket; undefined where the tables show no reason. */
export function whyNotListening(inode: string, proc = '/proc'): string | undefined {
  for (const name of ['udp', 'udp6']) {
    if (internetState(inode, name, proc) !== undefined) return 'is a datagram socket'
  }
  for (const name of ['tcp', 'tcp6']) {
    const state = internetState(inode, name, proc)
    if (state !== undefined && state !== LISTENS) return 'is a connection'
  }
  const unix = unixSocket(inode, proc)
  if (unix === undefined) return undefined
  if (unix.type !== STREAM) return 'is a Unix socket for datagrams or packets'
  return (unix.flags & ACCEPTS) === 0 ? 'is a connection' : undefined
}

/** The state of a socket in a table such as /proc/net/tcp; undefined if it isn't there. */
function internetState(inode: string, name: string, proc: string): string | undefined {
  const rows = linesOf(join(proc, 'self/net', name)).map((line) => line.trim().split(/\s+/))
  return rows.find((columns) => columns[9] === inode)?.[3]
}

/** The row of a socket in /proc/net/unix: `Num RefCount Protocol Flags Type St Inode Path`. */
function unixSocket(inode: string, proc: string) {
  for (const line of linesOf(join(proc, 'self/net/unix'))) {
    const row = /^\S+ +\S+ +\S+ +(\S+) +(\S+) +\S+ +(\d+) ?(.*)$/.exec(line)
    if (row?.[3] !== inode) continue
    const [, flags = '', type = '', , path = ''] = row
    return { flags: Number.parseInt(flags, 16), type, path }
  }
  return undefined
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch {
    return []
  }
}
