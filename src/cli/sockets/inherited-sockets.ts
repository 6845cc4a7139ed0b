import { usageError } from '../usage-error.js'

/** A listening socket that a service manager has opened and passed on. */
export interface InheritedSocket {
  readonly fd: number
  /** Its name in the unit of the socket (`FileDescriptorName=`). */
  readonly name: string
}

/** The first descriptor that is passed (sd_listen_fds(3)). */
const FIRST = 3
/** The name of systemd for a descriptor without one. */
const UNNAMED = 'unknown'

/**
 * The sockets that LISTEN_FDS announces to this process; none where LISTEN_PID names another one, such as a parent
 * whose environment was inherited.
 *
 * @throws LastbyteError BAD_SETTING
 */
export function inheritedSockets(variables: NodeJS.ProcessEnv, pid: number): InheritedSocket[] {
  const { LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES } = variables
  if (LISTEN_FDS === undefined || LISTEN_PID !== String(pid)) return []
  if (!/^\d{1,4}$/.test(LISTEN_FDS)) {
    throw usageError('LISTEN_FDS', 'expected the number of sockets', LISTEN_FDS)
  }
  const names = LISTEN_FDNAMES?.split(':') ?? []
  const sockets = Array.from({ length: Number(LISTEN_FDS) }, (_, nth) => ({
    fd: FIRST + nth,
    name: names[nth] || UNNAMED,
  }))
  // What a socket of that name serves must not depend on the version of lastbyte.
  if (sockets.some(({ name }) => name === 'admin')) {
    const problem = 'expected sockets for clients; the admin listener has --admin'
    throw usageError('LISTEN_FDNAMES', problem, LISTEN_FDNAMES)
  }
  return sockets
}
