import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import {
  kindOfDescriptor,
  unixPathOf,
  whyNotListening,
} from '../../../src/cli/sockets/socket-table.js'
import { Folder } from '../../fixture/files.js'

const descriptorIn = (owner: unknown) => (owner as { _handle: { fd: number } })._handle.fd

/** The inode of a socket of this process. */
function inodeOf(owner: unknown): string {
  const kind = kindOfDescriptor(descriptorIn(owner))
  if (kind.kind !== 'socket') throw new Error(`expected a socket; received ${kind.kind}`)
  return kind.inode
}

describe.runIf(process.platform === 'linux')('the tables of the kernel', () => {
  const opened: { close(): void }[] = []
  afterEach(() => {
    for (const each of opened.splice(0)) each.close()
  })

  async function listening(at: { host: string; port: number } | { path: string }) {
    const server = createServer().listen(at)
    opened.push(server)
    await once(server, 'listening')
    return server
  }

  it('tell a file and a closed descriptor from a socket', () => {
    const fd = openSync('/dev/null', 'r')
    expect(kindOfDescriptor(fd)).toEqual({ kind: 'other', what: '/dev/null' })
    closeSync(fd)
    expect(kindOfDescriptor(2 ** 20)).toEqual({ kind: 'closed' })
  })

  it.each(['127.0.0.1', '::1'])(
    'show nothing against a socket that listens at %s',
    async (host) => {
      const inode = inodeOf(await listening({ host, port: 0 }))
      expect(whyNotListening(inode)).toBeUndefined()
      expect(unixPathOf(inode)).toBeUndefined()
    },
  )

  it.each(['a.sock', 'with a space.sock'])('have the path of a Unix socket %j', async (name) => {
    using folder = new Folder()
    const path = folder.at(name)
    const inode = inodeOf(await listening({ path }))
    expect(unixPathOf(inode)).toBe(path)
    expect(whyNotListening(inode)).toBeUndefined()
  })

  it('have the name of an abstract Unix socket', async () => {
    const name = `lastbyte-test-${process.pid}`
    expect(unixPathOf(inodeOf(await listening({ path: `\0${name}` })))).toMatch(
      // Node 20 fills the name up with zero bytes.
      new RegExp(`^@${name}@*$`),
    )
  })

  it.each([
    ['udp4', '127.0.0.1'],
    ['udp6', '::1'],
  ] as const)('tell a socket for datagrams (%s)', async (type, address) => {
    const socket = createSocket(type).bind(0, address)
    opened.push(socket)
    await once(socket, 'listening')
    const inode = inodeOf({ _handle: handleOf(socket) })
    expect(whyNotListening(inode)).toBe('is a datagram socket')
  })

  it('tell a connection, by TCP and by a Unix socket', async () => {
    using folder = new Folder()
    const path = folder.at('a.sock')
    const { port } = (await listening({ host: '127.0.0.1', port: 0 })).address() as AddressInfo
    await listening({ path })
    for (const target of [{ host: '127.0.0.1', port }, { path }]) {
      const client = connect(target)
      opened.push({ close: () => client.destroy() })
      await once(client, 'connect')
      expect(whyNotListening(inodeOf(client))).toBe('is a connection')
    }
  })
})

/** node:dgram keeps its handle under a symbol. */
function handleOf(socket: object): unknown {
  const state = Object.getOwnPropertySymbols(socket).find(
    ({ description }) => description === 'state symbol',
  )
  if (state === undefined) throw new Error('expected the state of a datagram socket')
  return (socket as Record<symbol, { handle: unknown }>)[state]?.handle
}

describe('the tables of another system', () => {
  it('are absent, and decide nothing', () => {
    using folder = new Folder()
    const proc = folder.at('proc')
    expect(kindOfDescriptor(0, proc)).toEqual({ kind: 'unknown' })
    expect(unixPathOf('1', proc)).toBeUndefined()
    expect(whyNotListening('1', proc)).toBeUndefined()
  })

  it('tell a Unix socket for datagrams', () => {
    const row = '0000000000000000: 00000002 00000000 00000000 0002 01 77 /run/d.sock'
    using folder = new Folder({ 'self/net/unix': `Num RefCount\n${row}\n` })
    expect(whyNotListening('77', folder.path)).toBe('is a Unix socket for datagrams or packets')
    expect(whyNotListening('78', folder.path)).toBeUndefined()
  })
})
