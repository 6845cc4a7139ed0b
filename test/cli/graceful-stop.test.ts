import { EventEmitter } from 'node:events'
import http2 from 'node:http2'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { GracefulStop } from '../../src/cli/graceful-stop.js'
import { type Application, serverWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'
import { tls } from '../fixture/tls.js'

/** ms that no test waits for. */
const LONG = 600_000

/** An application whose `close` settles when the test says so. */
class ClosingApplication {
  readonly transfers = { running: new Set([1, 2]) }
  closes = 0
  closed = () => {}
  failed = (_error: Error) => {}

  close(): Promise<void> {
    this.closes += 1
    return new Promise((resolve, reject) => {
      this.closed = resolve
      this.failed = reject
    })
  }

  get fastify(): FastifyInstance {
    return this as unknown as FastifyInstance
  }
}

describe('GracefulStop', () => {
  const exits = new EventEmitter()
  const nextExit = () => new Promise((resolve) => exits.once('exit', resolve))
  let log: string[] = []
  const logger = pino({}, { write: (line: string) => void log.push(JSON.parse(line).msg) })
  beforeEach(() => {
    log = []
    vi.spyOn(process, 'exit').mockImplementation((code) => {
      exits.emit('exit', code)
      return undefined as never
    })
  })
  afterEach(() => vi.restoreAllMocks())

  it('closes at once without a delay, and exits with 0 when the application has closed', async () => {
    const app = new ClosingApplication()
    const exit = nextExit()
    const stop = new GracefulStop(app.fastify, logger, 0)
    stop.drain('SIGTERM')
    expect([log, stop.phase]).toEqual([['stopping'], 'closing'])
    app.closed()
    expect(await exit).toBe(0)
  })

  it('exits with 1 when the application could not close', async () => {
    const app = new ClosingApplication()
    const exit = nextExit()
    new GracefulStop(app.fastify, logger, 0).close('SIGTERM')
    app.failed(new Error('busy'))
    expect(await exit).toBe(1)
    expect(log).toEqual(['stopping', 'could not stop cleanly'])
  })

  it('closes once, however often it is asked to', () => {
    const app = new ClosingApplication()
    const stop = new GracefulStop(app.fastify, logger, 0)
    stop.close('SIGTERM')
    stop.close('SIGINT')
    stop.drain('SIGTERM')
    expect(app.closes).toBe(1)
  })

  it('drains for the delay, then closes', async () => {
    using folder = new Folder()
    const { app, stop } = await draining(folder, 1)
    const exit = nextExit()
    stop.drain('SIGTERM')
    stop.drain('SIGTERM')
    expect([log, stop.phase]).toEqual([['draining'], 'draining'])
    expect(await exit).toBe(0)
    expect(log).toEqual(['draining', 'stopping'])
    expect(app.app.server.listening).toBe(false)
  })

  it('closes before the delay is over if it is asked to', async () => {
    using folder = new Folder()
    const { stop } = await draining(folder, LONG)
    const exit = nextExit()
    stop.drain('SIGTERM')
    stop.close('SIGTERM')
    expect(await exit).toBe(0)
  })

  it('asks clients of HTTP/1.1 to connect anew while it drains, and accepts them', async () => {
    using folder = new Folder({ small: 'x', large: Buffer.alloc(3_000_000) })
    const { app, stop } = await draining(folder, LONG)
    await using _closed = app
    using before = new RawClient(app.port)
    before.request('/small')
    expect((await before.response()).fields.connection).not.toBe('close')
    stop.drain('SIGTERM')
    for (const path of ['/small', '/large', '/none', '/-/x']) {
      using client = new RawClient(app.port)
      client.request(path)
      const { fields, ended } = await client.closed()
      expect([path, fields.connection, ended]).toEqual([path, 'close', 'fin'])
    }
    before.request('/small')
    expect((await before.closed()).ended).toBe('fin')
  })

  it('sends GOAWAY on connections of HTTP/2 when it begins to drain, and accepts new ones', async () => {
    using folder = new Folder({ small: 'x' })
    const { app, stop } = await draining(folder, LONG, tls)
    await using _closed = app
    const url = `https://127.0.0.1:${(app.app.server.address() as AddressInfo).port}`
    const before = http2.connect(url, { rejectUnauthorized: false })
    await new Promise((resolve) => before.once('remoteSettings', resolve))
    const goaway = new Promise((resolve) => before.once('goaway', resolve))
    stop.drain('SIGTERM')
    expect(await goaway).toBe(http2.constants.NGHTTP2_NO_ERROR)
    const after = http2.connect(url, { rejectUnauthorized: false })
    const status = await new Promise((resolve) => {
      after.request({ ':path': '/small' }).once('response', (fields) => resolve(fields[':status']))
    })
    expect(status).toBe(200)
    after.destroy()
  })

  it('lets a new connection of HTTP/2 send requests together while it drains, and then ends it', async () => {
    using folder = new Folder({ small: 'x' })
    const { app, stop } = await draining(folder, LONG, tls)
    await using _closed = app
    stop.drain('SIGTERM')
    const { port } = app.app.server.address() as AddressInfo
    const session = http2.connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false })
    const closed = new Promise((resolve) => session.once('close', resolve))
    const responses = ['/small', '/none', '/small'].map((path) => {
      const request = session.request({ ':path': path }).resume()
      return new Promise((resolve) => request.once('response', (each) => resolve(each[':status'])))
    })
    expect(await Promise.all(responses)).toEqual([200, 404, 200])
    await closed
    expect(stop.phase).toBe('draining')
  })

  async function draining(folder: Folder, delay: number, secure?: typeof tls) {
    let stop: GracefulStop | undefined
    const app: Application = await serverWith({ root: folder.path }, { tls: secure }, (created) => {
      stop = new GracefulStop(created, logger, delay)
    })
    return { app, stop: stop as GracefulStop }
  }
})
