import { lstatSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:net'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { adminRoutes } from '../../../src/admin/routes.js'
import {
  type AdminListener,
  type AdminListenerOptions,
  openAdmin,
} from '../../../src/cli/admin/admin-listener.js'
import { TransferRegistry } from '../../../src/delivery/transfer-registry.js'
import { Folder } from '../../fixture/files.js'

let folder: Folder
let opened: AdminListener | undefined
beforeEach(() => {
  folder = new Folder({ file: '' })
})
afterEach(async () => {
  await opened?.close()
  opened = undefined
  folder[Symbol.dispose]()
})

async function open(ADMIN: string, options: Partial<AdminListenerOptions> = {}) {
  opened = await openAdmin(
    { ADMIN },
    {
      logger: pino({ level: 'silent' }),
      transfers: new TransferRegistry(),
      addRoutes: (scope) => adminRoutes(scope),
      ...options,
    },
  )
  return opened
}

function portOf(listener: AdminListener | undefined): number {
  return listener && 'port' in listener.origin ? listener.origin.port : 0
}

/** The status of a GET through a socket. */
function getThrough(socketPath: string, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end()
  })
}

describe('openAdmin', () => {
  it.each([
    ['0', '127.0.0.1'],
    ['127.0.0.1:0', '127.0.0.1'],
    ['[::1]:0', '[::1]'],
  ])('listens at %j', async (address, host) => {
    const listener = await open(address)
    const port = portOf(listener)
    const response = await fetch(`http://${host}:${port}/-/metrics`)
    expect(await response.text()).toContain('lastbyte_transfers_running 0')
    expect((await fetch(`http://${host}:${port}/file`)).status).toBe(404)
  })

  it('listens at a socket that owner and group may use, and removes its file', async () => {
    const path = folder.at('a.sock')
    const listener = await open(`unix:${path}`)
    expect(lstatSync(path).mode & 0o777).toBe(0o660)
    expect(await getThrough(path, '/-/healthz')).toBe(200)
    await listener?.close()
    expect(() => lstatSync(path)).toThrow('ENOENT')
  })

  it('is undefined without an address', async () => {
    expect(await open('')).toBeUndefined()
  })

  it('is ready when the server serves, until that stops', async () => {
    const transfers = new TransferRegistry()
    let isServing = false
    const listener = await open('0', {
      transfers,
      addRoutes: (scope) => adminRoutes(scope, { isServing: () => isServing }),
    })
    const port = portOf(listener)
    const ready = async () => (await fetch(`http://127.0.0.1:${port}/-/readyz`)).status
    expect(await ready()).toBe(503)
    isServing = true
    expect(await ready()).toBe(200)
    transfers.drain(0)
    expect(await ready()).toBe(503)
  })

  it('names the setting for a text that is no address', async () => {
    await expect(open('http://x')).rejects.toThrow(
      /^ADMIN: expected a port such as 9090, .*; received "http:\/\/x"$/,
    )
  })

  it('names the setting for a port in use', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const { port } = other.address() as { port: number }
    const problem = `ADMIN: expected a port or a socket that is free; it is in use; received "${port}"`
    await expect(open(String(port))).rejects.toThrow(problem)
    other.close()
  })

  it('names the setting for an address of another machine', async () => {
    await expect(open('192.0.2.1:9090')).rejects.toThrow(
      'ADMIN: expected an address of this machine; received "192.0.2.1:9090"',
    )
  })

  it('names the setting for a socket in use', async () => {
    const path = folder.at('a.sock')
    const other = createServer().listen(path)
    await new Promise((resolve) => other.once('listening', resolve))
    await expect(open(path)).rejects.toThrow('ADMIN: expected a socket that no process listens at')
    other.close()
  })
})
