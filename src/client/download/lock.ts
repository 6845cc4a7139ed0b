import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { realpath, rm } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { LastbyteError } from '../../errors.js'
import { diskOperation } from './disk-operation.js'

/**
 * Locks a target until the lock is disposed of or the process ends, however it ends: the lock is a
 * listening socket, which the system closes with its process.
 *
 * @throws LastbyteError IN_USE if another download has the lock; DISK_FAILED if the system refuses one
 */
export async function acquireLock(target: string): Promise<AsyncDisposable> {
  const address = addressOf(await canonicalPath(target))
  const listening = lockAddress(address)
  const server = await diskOperation('lock', target, listening)
  if (server === undefined) {
    const message = `Cannot download to ${target}: another download writes to it; wait until it ends`
    throw new LastbyteError('IN_USE', message, { path: target })
  }
  server.unref()
  return {
    [Symbol.asyncDispose]: async () => {
      server.close()
    },
  }
}

/** One path for a file whose folder has several, through symbolic links. */
async function canonicalPath(target: string): Promise<string> {
  const path = resolve(target)
  const folder = await realpath(dirname(path)).catch(() => dirname(path))
  return join(folder, basename(path))
}

/** On Linux and Windows the name vanishes with its process; elsewhere a socket is a file, which stays. */
function addressOf(path: string): string {
  const name = `lastbyte-${createHash('sha256').update(path).digest('hex').slice(0, 32)}`
  if (process.platform === 'linux') return `\0${name}`
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`
  return join(tmpdir(), `${name}.sock`)
}

/** Listens on the address; undefined if a live process does. */
async function lockAddress(address: string): Promise<Server | undefined> {
  const server = await listen(address)
  if (server !== undefined || !address.endsWith('.sock') || (await isLive(address))) return server
  await rm(address, { force: true })
  return listen(address)
}

async function listen(address: string): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy())
  try {
    server.listen(address)
    await once(server, 'listening')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined
    throw error
  }
  // A connection that can't be accepted (EMFILE) must not end the process.
  server.on('error', () => {})
  return server
}

/** Whether a process listens on the socket; a killed process has left its file behind. */
async function isLive(address: string): Promise<boolean> {
  const socket = connect(address)
  try {
    await once(socket, 'connect')
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ECONNREFUSED' || code === 'ENOENT') return false
    throw error
  } finally {
    socket.destroy()
  }
}
