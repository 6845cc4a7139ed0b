import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import type { Server, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { acquireLock } from '../../../src/client/download/lock.js'
import { Folder } from '../../fixture/files.js'

const net = vi.hoisted(() => ({
  servers: [] as Server[],
  /** Codes with which the next call of a kind fails. */
  listen: undefined as string | undefined,
  connect: undefined as string | undefined,
  /** Whether Node has no `_listen2`. */
  isOther: false,
}))

vi.mock('node:net', async (original) => {
  const real = await original<typeof import('node:net')>()
  const failed = (code: string) => Object.assign(new Error(`${code}: injected`), { code })
  const createServer = (onConnection: (socket: Socket) => void) => {
    const server = real.createServer(onConnection)
    net.servers.push(server)
    const { listen: code } = net
    if (net.isOther) {
      type Listen = (path: string, port: number, type: number) => void
      const { _listen2: listen } = server as unknown as Record<'_listen2', Listen>
      const otherwise = (path: string) => listen.call(server, path, -1, -1)
      Object.assign(server, { _listen2: undefined, listen: otherwise })
    }
    if (code === undefined) return server
    return Object.assign(server, {
      _listen2: undefined,
      listen: () => void setImmediate(() => server.emit('error', failed(code))),
    })
  }
  const connect = (path: string) => {
    if (net.connect === undefined) return real.connect(path)
    const socket = new real.Socket()
    socket.destroy(failed(net.connect))
    return socket
  }
  return { ...real, createServer, connect }
})

const PLATFORM = process.platform

function pretend(platform: string): void {
  Object.defineProperty(process, 'platform', { value: platform })
}

afterEach(() => {
  pretend(PLATFORM)
  net.servers = []
  net.listen = undefined
  net.isOther = false
  net.connect = undefined
})

const sockets = () => readdirSync(tmpdir()).filter((name) => /^lastbyte-\w+\.sock$/.test(name))

describe.each(['linux', 'darwin'])('acquireLock on %s', (platform) => {
  it.each([
    ['this Node', false],
    ['another Node', true],
  ])('locks a target once, until the lock is disposed of, in %s', async (_, isOther) => {
    net.isOther = isOther
    using folder = new Folder()
    pretend(platform)
    {
      await using _lock = await acquireLock(folder.at('f'))
      await expect(acquireLock(folder.at('./f'))).rejects.toMatchObject({ code: 'IN_USE' })
      await using _other = await acquireLock(folder.at('g'))
    }
    await using _again = await acquireLock(folder.at('f'))
  })

  it('locks a target whose folder has two paths only once', async () => {
    using folder = new Folder()
    pretend(platform)
    mkdirSync(folder.at('folder'))
    symlinkSync('folder', folder.at('link'))
    await using _lock = await acquireLock(folder.at('folder/f'))
    await expect(acquireLock(folder.at('link/f'))).rejects.toMatchObject({
      code: 'IN_USE',
      message: expect.stringContaining('another download writes to it'),
      facts: { path: folder.at('link/f') },
    })
  })

  it('locks a target in a folder that is absent, whose absence the part file reports', async () => {
    using folder = new Folder()
    pretend(platform)
    await using _lock = await acquireLock(folder.at('absent/f'))
    await expect(acquireLock(folder.at('absent/f'))).rejects.toMatchObject({ code: 'IN_USE' })
  })

  it.each(['EMFILE', 'EACCES', 'ENOSPC'])(
    'throws DISK_FAILED when the system refuses a lock with %s',
    async (code) => {
      using folder = new Folder()
      pretend(platform)
      net.listen = code
      await expect(acquireLock(folder.at('f'))).rejects.toMatchObject({
        code: 'DISK_FAILED',
        message: `Cannot lock ${folder.at('f')}: ${code}: injected`,
        facts: { path: folder.at('f'), code },
        cause: { code },
      })
    },
  )

  it('survives a connection that can not be accepted, which would end the process', async () => {
    using folder = new Folder()
    pretend(platform)
    await using _lock = await acquireLock(folder.at('f'))
    const [server] = net.servers
    expect(() => server?.emit('error', new Error('accept EMFILE'))).not.toThrow()
  })
})

describe('acquireLock where a socket is a file', () => {
  /** The file of the lock of a target. */
  async function socketOf(target: string): Promise<string> {
    const before = sockets()
    await using _lock = await acquireLock(target)
    const [name = ''] = sockets().filter((each) => !before.includes(each))
    return join(tmpdir(), name)
  }

  /** A process that listens on a socket's file. */
  async function listening(path: string) {
    const script = "require('net').createServer().listen(process.argv[1], () => console.log('on'))"
    const child = spawn(process.execPath, ['-e', script, path])
    await once(child.stdout, 'data')
    return async () => {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
  }

  it('takes over the file of a process that was killed, and not before', async () => {
    using folder = new Folder()
    pretend('darwin')
    const socket = await socketOf(folder.at('f'))
    const kill = await listening(socket)
    await expect(acquireLock(folder.at('f'))).rejects.toMatchObject({ code: 'IN_USE' })
    await kill()
    expect(sockets().map((name) => join(tmpdir(), name))).toContain(socket)
    await using _again = await acquireLock(folder.at('f'))
  })

  it.each(['EMFILE', 'EACCES'])(
    'leaves the file alone when it can not be examined: %s',
    async (code) => {
      using folder = new Folder()
      pretend('darwin')
      await using _lock = await acquireLock(folder.at('f'))
      const before = sockets()
      net.connect = code
      await expect(acquireLock(folder.at('f'))).rejects.toMatchObject({
        code: 'DISK_FAILED',
        facts: { code },
      })
      expect(sockets()).toEqual(before)
    },
  )
})
