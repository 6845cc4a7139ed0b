import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { LastbyteError } from '../../errors.js'

/**
 * Claims a target for this process, until it is released or the process ends, however that happens:
 * the claim is a socket that listens, which the system takes away with its process.
 *
 * @throws LastbyteError IN_USE
 */
export async function acquireLock(target: string): Promise<AsyncDisposable> {
  const name = createHash('sha256').update(resolve(target)).digest('hex').slice(0, 32)
  const address = addressOf(name)
  const server = (await listen(address)) ?? (await listenWhereDead(address))
  if (server === undefined) {
    const message = `Cannot download to ${target}: another process is at work on it`
    throw new LastbyteError('IN_USE', message, { path: target })
  }
  server.unref()
  return {
    [Symbol.asyncDispose]: async () => {
      server.close()
    },
  }
}

/** Linux and Windows have names that vanish with their process; elsewhere it is a socket's file. */
function addressOf(name: string): string {
  if (process.platform === 'linux') return `\0lastbyte-${name}`
  if (process.platform === 'win32') return `\\\\.\\pipe\\lastbyte-${name}`
  return join(tmpdir(), `lastbyte-${name}.sock`)
}

async function listen(address: string): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy())
  try {
    server.listen(address)
    await once(server, 'listening')
    return server
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined
    throw error
  }
}

/** A socket's file that nobody listens on was left by a process that was killed. */
async function listenWhereDead(address: string): Promise<Server | undefined> {
  if (!address.endsWith('.sock')) return undefined
  const socket = connect(address)
  try {
    await once(socket, 'connect')
    return undefined
  } catch {
    await rm(address, { force: true })
    return listen(address)
  } finally {
    socket.destroy()
  }
}
