import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { realpath, rm } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { LastbyteError } from '../../errors.js'
import { diskOperation } from './disk-operation.js'
import { type FileIdentity, identityAt, identityText } from './file-identity.js'
import { lockSpace } from './lock-space.js'

/** The lock of a download: of its target, and of each file that it writes. */
export interface DownloadLock extends AsyncDisposable {
  /** The `lockSpace` of this process: no run outside of it is locked out. */
  readonly space: string | undefined
  /**
   * Locks a file too. It may have another name: a hard link, another case where the file system ignores that, or
   * one below a folder that is mounted twice.
   *
   * @throws LastbyteError IN_USE, DISK_FAILED
   */
  add(file: FileIdentity): Promise<void>
}

/**
 * Locks a target until the lock is disposed of or the process ends, however it ends: the lock is a
 * listening socket, which the system closes with its process. The name of the socket is made of the target's
 * folder, by its device and inode, and its name in it; of the target itself by device and inode, if it exists.
 *
 * @throws LastbyteError IN_USE if another download has the lock; DISK_FAILED if the system refuses one
 */
export async function acquireLock(target: string): Promise<DownloadLock> {
  const lock = new SocketLock(target, await lockSpace())
  try {
    await lock.addName(await nameOf(target))
    const existing = await identityAt(target)
    if (existing !== undefined) await lock.add(existing)
    return lock
  } catch (error) {
    await lock[Symbol.asyncDispose]()
    throw error
  }
}

class SocketLock implements DownloadLock {
  /** By what they lock. A target and its part file may be one file. */
  readonly #servers = new Map<string, Server>()

  constructor(
    private readonly target: string,
    readonly space: string | undefined,
  ) {}

  async add(file: FileIdentity): Promise<void> {
    const text = identityText(file)
    if (text !== undefined) await this.addName(`file ${text}`)
  }

  async addName(name: string): Promise<void> {
    if (this.#servers.has(name)) return
    const server = await diskOperation('lock', this.target, lockAddress(addressOf(name)))
    if (server === undefined) throw inUse(this.target)
    server.unref()
    this.#servers.set(name, server)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.#servers.values()) server.close()
  }
}

/** The error for a file that another download writes. */
export function inUse(path: string): LastbyteError {
  const message = `Cannot download to ${path}: another download writes to it; wait until it ends`
  return new LastbyteError('IN_USE', message, { path })
}

/** One name for a target whose folder has several paths, through symbolic links and mounts. */
async function nameOf(target: string): Promise<string> {
  const path = resolve(target)
  const folder = identityText(await identityAt(dirname(path)))
  if (folder !== undefined) return `entry ${folder} ${basename(path)}`
  return join(await realpath(dirname(path)).catch(() => dirname(path)), basename(path))
}

/** On Linux and Windows the name vanishes with its process; elsewhere a socket is a file, which stays. */
function addressOf(locked: string): string {
  const name = `lastbyte-${createHash('sha256').update(locked).digest('hex').slice(0, 32)}`
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

/**
 * `listen` without node:cluster, which has a worker listen through its primary, so that the workers of a server would
 * not lock each other out. It is also a tenth of the modules that the command would load. Absent in a Node that
 * has another name for it.
 */
interface SocketServer extends Server {
  _listen2?(path: string, port: -1, type: -1): void
}

async function listen(address: string): Promise<Server | undefined> {
  const server: SocketServer = createServer((socket) => socket.destroy())
  try {
    if (server._listen2 === undefined) server.listen(address)
    else server._listen2(address, -1, -1)
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
