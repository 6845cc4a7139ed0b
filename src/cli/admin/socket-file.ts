import { chmod, lstat, stat, unlink } from 'node:fs/promises'
import { connect } from 'node:net'
import { dirname } from 'node:path'
import { usageError } from '../usage-error.js'

/** Owner and group may connect: who reaches the socket needs no other permission for metrics. */
const MODE = 0o660
/** Bytes of a path that the kernel takes (unix(7)), without the zero at its end. */
const LONGEST_PATH = 107

/**
 * Makes room for a socket at a path: removes the one that a process has left behind which was killed. One whose
 * process still listens, and any other file, stays.
 *
 * @param setting names the setting in errors
 * @throws LastbyteError BAD_SETTING where the path can't be used
 */
export async function claimSocketPath(setting: string, path: string): Promise<void> {
  const bytes = Buffer.byteLength(path)
  if (bytes > LONGEST_PATH) {
    const problem = `expected a path of at most ${LONGEST_PATH} bytes; received one of ${bytes}`
    throw usageError(setting, problem)
  }
  const folder = await stat(dirname(path)).catch(() => undefined)
  if (!folder?.isDirectory()) {
    throw usageError(setting, `expected a path in a folder that exists`, path)
  }
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw usageError(setting, `expected a path that can be used (${error.code})`, path)
  })
  if (found === undefined) return
  if (!found.isSocket()) {
    throw usageError(
      setting,
      'expected a path that is free, or of a socket: another file is there',
      path,
    )
  }
  switch (await probe(path)) {
    case 'in use':
      throw usageError(setting, 'expected a socket that no process listens at', path)
    case 'not permitted':
      throw usageError(setting, 'expected a socket that this user may use (EACCES)', path)
    case 'left over':
      await unlink(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return
        throw usageError(
          setting,
          `expected a left-over socket that can be removed (${error.code})`,
          path,
        )
      })
  }
}

/** Lets the owner and the group of a socket connect to it, whatever the umask is. */
export async function restrictSocket(path: string): Promise<void> {
  await chmod(path, MODE)
}

type Probe = 'in use' | 'left over' | 'not permitted'

/** Whether a process listens at a socket. */
function probe(path: string): Promise<Probe> {
  return new Promise((resolve) => {
    const client = connect({ path })
    client.once('connect', () => {
      client.destroy()
      resolve('in use')
    })
    client.once('error', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'EACCES' || code === 'EPERM') return resolve('not permitted')
      // EAGAIN: the queue of a listener is full.
      resolve(code === 'ECONNREFUSED' || code === 'ENOENT' ? 'left over' : 'in use')
    })
  })
}
