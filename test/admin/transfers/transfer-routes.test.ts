import { connect, type Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type TransferRoutesOptions,
  transferRoutes,
} from '../../../src/admin/transfers/transfer-routes.js'
import type { TransferSnapshot } from '../../../src/pages/transfer-snapshot.js'
import { type Application, applicationWith } from '../../fixture/application.js'
import { LiveEvents } from '../../fixture/event-client.js'
import { Folder } from '../../fixture/files.js'

const SIZE = 30_000_000
const TOKEN = { authorization: 'Bearer secret' }
const HTML = { accept: 'text/html' }

describe('/-/transfers', () => {
  let folder: Folder
  let app: Application
  const sockets: Socket[] = []
  beforeEach(() => {
    folder = new Folder({ 'large.bin': Buffer.alloc(SIZE), 'small.txt': 'hello' })
  })
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy()
    await app[Symbol.asyncDispose]()
    folder[Symbol.dispose]()
  })

  async function start(options: Partial<TransferRoutesOptions> = {}) {
    const routes = (fastify: FastifyInstance) => {
      fastify.register(async (scope) => {
        await transferRoutes(scope, { token: 'secret', access: 'token', ...options })
      })
    }
    app = await applicationWith({ root: folder.path }, routes)
    return `${app.url}${options.prefix ?? '/'}-/transfers`
  }

  /** A client that reads nothing, so that its transfer goes on. */
  function pausedClient(path = '/large.bin'): Promise<Socket> {
    const socket = connect(app.port, '127.0.0.1').pause()
    sockets.push(socket)
    socket.write(`GET ${path} HTTP/1.1\r\nhost: h\r\n\r\n`)
    return new Promise((resolve) => socket.once('readable', () => resolve(socket)))
  }

  async function snapshot(url: string): Promise<TransferSnapshot> {
    return (await fetch(url, { headers: TOKEN })).json() as Promise<TransferSnapshot>
  }

  async function running(url: string) {
    await expect.poll(async () => (await snapshot(url)).transfers.length).toBe(1)
    const [transfer] = (await snapshot(url)).transfers
    if (transfer === undefined) throw new Error('expected a running transfer')
    return transfer
  }

  it('shows programs what runs, what has ended, and sums', async () => {
    const url = await start()
    await (await fetch(`${app.url}/small.txt`, { headers: { range: 'bytes=0-1' } })).text()
    await pausedClient()
    expect(await running(url)).toMatchObject({
      method: 'GET',
      path: '/large.bin',
      client: '127.0.0.1',
      protocol: 'HTTP/1.1',
      status: 200,
      expected: SIZE,
      heals: 0,
    })
    const { finished, totals } = await snapshot(url)
    expect(finished).toMatchObject([
      { path: '/small.txt', range: 'bytes=0-1', status: 206, bytes: 2, outcome: 'complete' },
    ])
    expect(totals.running).toBe(1)
    expect(totals.bytes).toBeGreaterThan(2)
  })

  it('ends a transfer: its response ends short, and the log and the page say why', async () => {
    const url = await start()
    const client = await pausedClient()
    const { id } = await running(url)
    const ended = await fetch(`${url}/${id}`, { method: 'DELETE', headers: TOKEN })
    expect(ended.status).toBe(204)
    let received = 0
    client.on('data', (chunk) => {
      received += chunk.length
    })
    client.resume()
    await new Promise((resolve) => client.once('close', resolve))
    expect(received).toBeLessThan(SIZE)
    expect(await app.settled()).toMatchObject({ outcome: 'killed' })
    expect((await snapshot(url)).finished).toMatchObject([{ id, outcome: 'killed' }])
    const again = await fetch(`${url}/${id}`, { method: 'DELETE', headers: TOKEN })
    expect(again.status).toBe(404)
    const rest = await fetch(`${app.url}/large.bin`, { headers: { range: 'bytes=100-' } })
    expect((await rest.arrayBuffer()).byteLength).toBe(SIZE - 100)
  })

  it('is sent to nobody without the token, and ends nothing for them', async () => {
    const url = await start()
    await pausedClient()
    const { id } = await running(url)
    for (const headers of [{}, { authorization: 'Bearer x' }, { accept: 'text/event-stream' }]) {
      const response = await fetch(url, { headers: headers as Record<string, string> })
      expect(response.status).toBe(401)
      expect(await response.text()).not.toContain('large')
    }
    expect((await fetch(`${url}/${id}`, { method: 'DELETE' })).status).toBe(401)
    expect((await snapshot(url)).transfers).toHaveLength(1)
  })

  it('sends a browser the page without data, and with data where the request has the permission', async () => {
    const url = await start()
    await pausedClient()
    await running(url)
    const shell = await fetch(url, { headers: HTML })
    expect(shell.status).toBe(200)
    expect(shell.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(shell.headers.get('vary')).toContain('Accept')
    expect(await shell.text()).not.toContain('large.bin')
    const page = await fetch(url, { headers: { ...HTML, ...TOKEN } })
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(page.headers.get('cache-control')).toBe('no-store')
    expect(await page.text()).toContain('/large.bin')
    const style = await fetch(new URL('assets/lastbyte.css', url))
    expect(style.headers.get('content-type')).toContain('text/css')
  })

  it('needs no token of this machine with the access "local", except from pages of other sites', async () => {
    const url = await start({ access: 'local' })
    expect((await fetch(url)).status).toBe(200)
    const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    expect((await fetch(url, { headers: foreign })).status).toBe(403)
    const rebound = { ...HTML, 'x-forwarded-for': '192.0.2.1' }
    await pausedClient()
    expect(await (await fetch(url, { headers: rebound })).text()).not.toContain('large.bin')
  })

  it('has its routes below a prefix', async () => {
    const url = await start({ prefix: '/media/' })
    expect((await fetch(url, { headers: TOKEN })).status).toBe(200)
    expect((await fetch(new URL('assets/transfers.js', url))).status).toBe(200)
  })

  it('sends events, one a second; a reconnect misses nothing that has ended meanwhile', async () => {
    await start({ access: 'local' })
    const first = new LiveEvents(app.port, '/-/transfers')
    const { events } = await first.until(({ events: received }) => received.length === 1)
    first[Symbol.dispose]()
    await (await fetch(`${app.url}/small.txt`)).text()
    using second = new LiveEvents(app.port, '/-/transfers', {
      'last-event-id': events[0]?.id ?? '',
    })
    const later = await second.until(({ events: received }) => received.length === 2)
    const data = later.events.map((event) => JSON.parse(event.data) as TransferSnapshot)
    expect(data.map(({ finished }) => finished.length)).toEqual([1, 0])
    // Those who watch are no transfers.
    expect(data[0]?.totals.running).toBe(0)
  })
})
