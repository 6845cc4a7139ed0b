import { once } from 'node:events'
import http2, { type ClientHttp2Session } from 'node:http2'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { ByteSource } from '../../src/source/byte-source.js'
import { fileSource } from '../../src/source/file/file-source.js'
import { type Application, serverWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'
import { tls } from '../fixture/tls.js'

/** So many empty files by name. */
function files(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`f${n}.vtt`, '']))
}

/** The files of a folder, listings of which are counted and wait until they may go on. */
class CountedSource {
  running = 0
  most = 0
  begun = 0
  wanted: (boolean | undefined)[] = []
  readonly source: ByteSource
  release: () => void = () => {}
  readonly #released = new Promise<void>((resolve) => {
    this.release = resolve
  })

  constructor(folder: Folder, more: Partial<ByteSource> = {}) {
    const inner = fileSource({ roots: [folder.path], dotfiles: 'ignore' })
    this.source = {
      ...inner,
      ...more,
      list: async (key, signal, isWanted) => {
        this.begun += 1
        this.running += 1
        this.most = Math.max(this.most, this.running)
        this.wanted.push(isWanted?.('f1.vtt'))
        try {
          await this.#released
          return (await inner.list?.(key, signal, isWanted)) ?? []
        } finally {
          this.running -= 1
        }
      },
    }
  }
}

function served({ source }: CountedSource): Promise<Application> {
  return serverWith({ source, list: true, pages: true }, { tls })
}

/** A connection of HTTP/2, which is closed when its scope ends. */
async function connected({ port }: Application): Promise<ClientHttp2Session & Disposable> {
  const session = http2.connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false })
  session.on('error', () => {})
  await once(session, 'remoteSettings')
  return Object.assign(session, { [Symbol.dispose]: () => session.destroy() })
}

interface Received {
  readonly status: number
  readonly retryAfter: string | undefined
  readonly bytes: number
}

async function get(
  session: ClientHttp2Session,
  path: string,
  method: string,
  field: Record<string, string> = {},
): Promise<Received> {
  const stream = session.request({ ':path': path, ':method': method, ...field })
  const [head] = (await once(stream, 'response')) as [Record<string, string>]
  let bytes = 0
  for await (const chunk of stream) bytes += (chunk as Buffer).length
  return { status: Number(head[':status']), retryAfter: head['retry-after'], bytes }
}

const REQUESTS = [
  ['GET', '/'],
  ['HEAD', '/'],
  ['GET', '/?format=json'],
  ['GET', `/-/watch/film.mp4`],
] as const

describe('Listings beside other requests', () => {
  it.each(REQUESTS)(
    '99 × %s %s on a connection run two at a time, and delay no other client',
    async (method, path) => {
      using folder = new Folder({ ...files(100), 'film.mp4': 'film' })
      const counted = new CountedSource(folder)
      await using application = await served(counted)
      using busy = await connected(application)
      using other = await connected(application)
      const listings = Array.from({ length: 99 }, () => get(busy, path, method))
      await expect.poll(() => counted.running).toBe(2)
      expect(await get(other, '/film.mp4', 'GET')).toMatchObject({ status: 200, bytes: 4 })
      counted.release()
      const received = await Promise.all(listings)
      expect(counted.most).toBe(2)
      const refused = received.filter(({ status }) => status !== 200)
      expect(refused.length).toBe(99 - 64)
      for (const each of refused) expect(each).toMatchObject({ status: 503, retryAfter: '1' })
      expect(counted.begun).toBe(64)
    },
  )

  it('a client that requests 99 listings of 5,000 names and leaves delays no other client', async () => {
    using folder = new Folder({ ...files(5_000), 'film.mp4': 'film' })
    const counted = new CountedSource(folder)
    counted.release()
    await using application = await served(counted)
    using busy = await connected(application)
    using other = await connected(application)
    for (let n = 0; n < 99; n += 1) get(busy, '/', 'GET').catch(() => {})
    await expect.poll(() => counted.running).toBe(2)
    for (let n = 0; n < 5; n += 1) {
      expect(await get(other, '/film.mp4', 'GET')).toMatchObject({ status: 200, bytes: 4 })
    }
    // Five responses took less than the listings that may wait.
    expect(counted.begun).toBeLessThan(64)
    busy.destroy()
    await expect.poll(() => counted.running).toBe(0)
    expect(counted.most).toBe(2)
  })

  it('a client of one listing waits for one listing of a client of many', async () => {
    using folder = new Folder({ f: '' })
    const counted = new CountedSource(folder)
    await using application = await served(counted)
    using busy = await connected(application)
    using other = await connected(application)
    const order: string[] = []
    const listings = Array.from({ length: 60 }, async () => {
      await get(busy, '/', 'GET')
      order.push('busy')
    })
    await expect.poll(() => counted.running).toBe(2)
    const own = get(other, '/', 'GET').then(() => order.push('other'))
    // A later request of the same connection is a sign that the first one has arrived.
    expect(await get(other, '/f', 'GET')).toMatchObject({ status: 200 })
    counted.release()
    await Promise.all([own, ...listings])
    expect(order.indexOf('other')).toBeLessThan(20)
  })

  it.each(REQUESTS)(
    '%s %s of clients that have left while they waited begins no listing',
    async (method, path) => {
      using folder = new Folder({ 'film.mp4': 'film' })
      const counted = new CountedSource(folder)
      await using application = await served(counted)
      using busy = await connected(application)
      using other = await connected(application)
      for (let n = 0; n < 60; n += 1) {
        get(busy, path, method).catch(() => {})
      }
      await expect.poll(() => counted.running).toBe(2)
      // The other client's request arrives before the first ones are reset.
      expect(await get(busy, '/film.mp4', 'GET')).toMatchObject({ status: 200 })
      busy.destroy()
      const { server } = application.app
      const connections = () => promisify(server.getConnections.bind(server))()
      await expect.poll(connections).toBe(1)
      expect(await get(other, '/film.mp4', 'GET')).toMatchObject({ status: 200 })
      const own = get(other, path, method)
      counted.release()
      expect(await own).toMatchObject({ status: 200 })
      expect(counted.begun).toBeLessThanOrEqual(3)
      await expect.poll(() => counted.running).toBe(0)
    },
  )

  it('from a source that retries, which waits for a network, run sixteen at a time', async () => {
    using folder = new Folder({ f: '' })
    const counted = new CountedSource(folder, { patience: 1_000 })
    await using application = await served(counted)
    using client = await connected(application)
    const listings = Array.from({ length: 40 }, () => get(client, '/', 'GET'))
    await expect.poll(() => counted.running).toBe(16)
    counted.release()
    const received = await Promise.all(listings)
    expect(received.every(({ status }) => status === 200)).toBe(true)
    expect(counted.most).toBe(16)
  })

  it('do not run out of places, whatever ends them', async () => {
    using folder = new Folder({ f: '' })
    const counted = new CountedSource(folder)
    counted.release()
    await using application = await served(counted)
    for (let n = 0; n < 300; n += 1) {
      const url = n % 2 === 0 ? '/' : '/?format=json'
      expect((await application.app.inject({ url })).statusCode).toBe(200)
    }
  })

  it('of the page that plays a file name only its subtitles', async () => {
    using folder = new Folder({ 'f1.mp4': '', 'g.mp4': '' })
    const counted = new CountedSource(folder)
    counted.release()
    await using application = await served(counted)
    await application.app.inject(`/-/watch/f1.mp4`)
    await application.app.inject(`/-/watch/g.mp4`)
    await application.app.inject('/')
    expect(counted.wanted).toEqual([true, false, undefined])
  })
})
