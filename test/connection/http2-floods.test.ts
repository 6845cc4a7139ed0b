import { once } from 'node:events'
import { connect, constants } from 'node:http2'
import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { limitHttp2 } from '../../src/connection/http2-floods.js'
import { type Application, serverWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'
import {
  FLAG,
  FRAME,
  frame,
  Http2Attacker,
  headerBlock,
  initialWindow,
} from '../fixture/http2-attacker.js'
import { tls } from '../fixture/tls.js'

const { NGHTTP2_ENHANCE_YOUR_CALM } = constants
const OPEN = FLAG.END_STREAM | FLAG.END_HEADERS
const GET = (stream: number, path = '/f') => frame(FRAME.HEADERS, OPEN, stream, headerBlock(path))
const CANCEL = Buffer.from([0, 0, 0, 8])

async function attacked(server: Application, settings?: Buffer): Promise<Http2Attacker> {
  const attacker = await Http2Attacker.connect(server.port)
  attacker.begin(settings)
  return attacker
}

describe('limitHttp2', () => {
  it('opens 100 of 5,000 streams whose window is 0', async () => {
    using folder = new Folder({ f: Buffer.alloc(3_000_000) })
    await using server = await serverWith({ root: folder.path }, { tls })
    let [open, most] = [0, 0]
    server.app.server.on('stream', (stream) => {
      open += 1
      most = Math.max(most, open)
      stream.once('close', () => {
        open -= 1
      })
    })
    using attacker = await attacked(server, initialWindow(0))
    await expect.poll(() => attacker.counts.get(FRAME.SETTINGS)).toBe(2)
    attacker.send(...Array.from({ length: 5_000 }, (_, n) => GET(2 * n + 1)))
    await attacker.closed()
    expect(most).toBe(100)
    await expect.poll(() => server.app.transfers.running.size).toBe(0)
  })

  it.each<[string, Buffer[]]>([
    ['PING', [frame(FRAME.PING, 0, 0, Buffer.alloc(8))]],
    ['SETTINGS', [initialWindow(1)]],
  ])('tells a connection that sends too many %s frames why it ends', async (_what, frames) => {
    using folder = new Folder({ f: 'f' })
    await using server = await serverWith({ root: folder.path }, { tls })
    using attacker = await attacked(server)
    await expect.poll(() => attacker.counts.get(FRAME.SETTINGS)).toBe(2)
    // In one piece: what arrived after the GOAWAY frame would reset the connection.
    attacker.send(...Array(550).fill(frames).flat())
    await attacker.closed()
    expect(attacker.goaway).toBe(NGHTTP2_ENHANCE_YOUR_CALM)
  })

  it.each<[string, Buffer[]]>([
    ['PING', [frame(FRAME.PING, 0, 0, Buffer.alloc(8))]],
    ['SETTINGS', [initialWindow(1)]],
  ])('ends a connection that sends %s frames without end', async (_what, frames) => {
    using folder = new Folder({ f: 'f' })
    await using server = await serverWith({ root: folder.path }, { tls })
    using attacker = await attacked(server)
    const timer = setInterval(() => attacker.send(...Array(200).fill(frames).flat()), 5)
    await attacker.closed()
    clearInterval(timer)
    expect(attacker.goaway ?? NGHTTP2_ENHANCE_YOUR_CALM).toBe(NGHTTP2_ENHANCE_YOUR_CALM)
  })

  it.each<[string, (stream: number) => Buffer]>([
    ['resets', (stream) => frame(FRAME.RST_STREAM, 0, stream, CANCEL)],
    [
      'resets with NO_ERROR',
      (stream) => frame(FRAME.RST_STREAM, 0, stream, Buffer.from([0, 0, 0, 0])),
    ],
    // A window of more than 2^31 - 1 bytes, for which the server resets the stream.
    ['makes the server reset', (stream) => frame(8, 0, stream, Buffer.from([0x7f, 255, 255, 255]))],
  ])('ends a connection that %s its streams without end', async (_what, reset) => {
    using folder = new Folder({ f: Buffer.alloc(3_000_000) })
    await using server = await serverWith({ root: folder.path }, { tls })
    let streams = 0
    server.app.server.on('stream', () => {
      streams += 1
    })
    using attacker = await attacked(server)
    let next = 1
    const timer = setInterval(() => {
      for (let n = 0; n < 50; n++, next += 2) attacker.send(GET(next), reset(next))
    }, 5)
    await attacker.closed()
    clearInterval(timer)
    expect(streams).toBeLessThan(3_000)
    await expect.poll(() => server.app.transfers.running.size).toBe(0)
  })

  it.each(['GET', 'HEAD', 'POST'])(
    'keeps a connection on which 1,500 %s requests were answered',
    async (method) => {
      using folder = new Folder({ f: 'f' })
      await using server = await serverWith({ root: folder.path }, { tls })
      const session = connect(`https://127.0.0.1:${server.port}`, { rejectUnauthorized: false })
      for (let n = 0; n < 30; n++) {
        const streams = Array.from({ length: 50 }, () =>
          session.request({ ':method': method, ':path': '/f' }).resume().end(),
        )
        await Promise.all(streams.map((stream) => once(stream, 'close')))
      }
      expect(session.closed).toBe(false)
      session.close()
    },
  )

  it('serves a client that has cancelled 300 requests', async () => {
    using folder = new Folder({ f: Buffer.alloc(100_000) })
    await using server = await serverWith({ root: folder.path }, { tls })
    using client = await attacked(server)
    for (let n = 0; n < 300; n++) {
      client.send(GET(2 * n + 1), frame(FRAME.RST_STREAM, 0, 2 * n + 1, CANCEL))
    }
    await expect.poll(() => server.app.transfers.running.size).toBe(0)
    const before = client.counts.get(FRAME.HEADERS) ?? 0
    client.send(GET(601))
    await expect.poll(() => client.counts.get(FRAME.HEADERS) ?? 0).toBeGreaterThan(before)
    expect(client.goaway).toBeUndefined()
  })

  it.each<[string, object, number]>([
    ['an application', {}, 100],
    ['an application that has its own limit', { settings: { maxConcurrentStreams: 7 } }, 7],
  ])('announces the limit of streams to clients of %s', async (_what, options, limit) => {
    const app = Fastify({ http2: true, https: { ...tls, ...options } })
    limitHttp2(app.server as never, 100)
    await app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = app.server.address() as { port: number }
    const session = connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false })
    const [settings] = await once(session, 'remoteSettings')
    expect(settings.maxConcurrentStreams).toBe(limit)
    session.close()
    await app.close()
  })
})
