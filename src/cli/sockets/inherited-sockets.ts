import type { Logger } from 'pino'
import { usageError } from '../usage-error.js'
import { kindOfDescriptor, unixPathOf } from './socket-table.js'

/** A listening socket that a service manager has opened and passed on. */
export interface InheritedSocket {
  readonly fd: number
  /** Its name in the unit of the socket (`FileDescriptorName=`). */
  readonly name: string
  /** The path of a Unix socket, where it can be known. */
  readonly path?: string
}

/** The first descriptor that is passed (sd_listen_fds(3)). */
const FIRST = 3
/** The name of systemd for a descriptor without one. */
const UNNAMED = 'unknown'

/**
 * The sockets that LISTEN_FDS announces to this process; none where LISTEN_PID names another one, such as a parent
 * whose environment was inherited. Removes the variables, which are for no process that this one starts.
 *
 * @throws LastbyteError BAD_SETTING
 */
export function takeInheritedSockets(
  variables: NodeJS.ProcessEnv,
  pid: number,
  facts = { kindOfDescriptor, unixPathOf },
): InheritedSocket[] {
  const { LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES } = variables
  for (const name of ['LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES']) delete variables[name]
  if (LISTEN_FDS === undefined || LISTEN_PID !== String(pid)) return []
  if (!/^\d{1,4}$/.test(LISTEN_FDS)) {
    throw usageError('LISTEN_FDS', 'expected the number of sockets', LISTEN_FDS)
  }
  const names = LISTEN_FDNAMES?.split(':') ?? []
  // What a socket of that name serves must not depend on the version of lastbyte.
  if (names.includes('admin')) {
    const problem = 'expected sockets for clients; the admin listener has --admin'
    throw usageError('LISTEN_FDNAMES', problem, LISTEN_FDNAMES)
  }
  return Array.from({ length: Number(LISTEN_FDS) }, (_, nth) => {
    const socket = { fd: FIRST + nth, name: names[nth] || UNNAMED }
    const descriptor = facts.kindOfDescriptor(socket.fd)
    // Any other descriptor may be one that Node itself has opened.
    if (descriptor.kind === 'closed') throw unusable(socket, 'is closed')
    if (descriptor.kind === 'other') throw unusable(socket, `is no socket: ${descriptor.what}`)
    const path = descriptor.kind === 'socket' ? facts.unixPathOf(descriptor.inode) : undefined
    return path === undefined ? socket : { ...socket, path }
  })
}

/** The error for a descriptor on which a server can't listen. @param problem a clause without its subject */
export function unusable({ fd, name }: InheritedSocket, problem: string) {
  return usageError(
    'LISTEN_FDS',
    `expected sockets that listen for streams; descriptor ${fd} (${name}) ${problem}`,
  )
}

/** Logs that the sockets take the place of the own port. */
export function reportSockets(
  logger: Pick<Logger, 'info'>,
  sockets: readonly InheritedSocket[],
): void {
  const names = sockets.map(({ name }) => name)
  logger.info({ sockets: names }, 'using the sockets of LISTEN_FDS instead of HOST and PORT')
}
