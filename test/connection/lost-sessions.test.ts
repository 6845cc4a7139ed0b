import { once } from 'node:events'
import {
  createSecureServer,
  createServer,
  type Http2Server,
  type ServerHttp2Stream,
} from 'node:http2'
import { type AddressInfo, connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { LostSessions } from '../../src/connection/lost-sessions.js'
import { serverWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'
import { FLAG, FRAME, frame, headerBlock } from '../fixture/http2-attacker.js'
import { RawHttp2Client } from '../fixture/raw-http2.js'
import { tls } from '../fixture/tls.js'

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
const WINDOW_UPDATE = 8
/** A window that is never full. */
const OPEN = Buffer.concat([
  PREFACE,
  frame(FRAME.SETTINGS, 0, 0, Buffer.from([0, 4, 0x7f, 0xff, 0xff, 0xff])),
  frame(WINDOW_UPDATE, 0, 0, Buffer.from([0x7f, 0xff, 0, 0])),
])
const GET = frame(FRAME.HEADERS, FLAG.END_STREAM | FLAG.END_HEADERS, 1, headerBlock('/'))
/** Of each stream; more than the buffers of both kernels hold. */
const BYTES = 24 * 1024 * 1024
const CHUNK = Buffer.alloc(65_536)

/** Writes a chunk when the one before it has been accepted. */
function write(stream: ServerHttp2Stream, left = BYTES): void {
  stream.write(CHUNK, (error) => {
    if (!error && left > CHUNK.length) write(stream, left - CHUNK.length)
  })
}

/** Waits until a number of bytes grows no more, since the kernel accepts none. */
async function untilStable(bytes: () => number): Promise<void> {
  let before = -1
  await expect
    .poll(
      () => {
        const last = before
        before = bytes()
        return before > 0 && before === last
      },
      { interval: 200 },
    )
    .toBe(true)
}

/** A server of HTTP/2 whose sessions are looked at every 50 ms. */
class Scene implements AsyncDisposable {
  static async over(protocol: 'tls' | 'tcp', patience?: () => number): Promise<Scene> {
    const server = protocol === 'tls' ? createSecureServer(tls) : createServer()
    new LostSessions(50, patience).watch(server as never)
    await once(server.listen(0, '127.0.0.1'), 'listening')
    return new Scene(server as Http2Server, protocol)
  }

  readonly streams: ServerHttp2Stream[] = []

  private constructor(
    readonly server: Http2Server,
    private readonly protocol: 'tls' | 'tcp',
  ) {
    server.on('stream', (stream) => {
      this.streams.push(stream)
      stream.on('error', () => {})
      stream.respond({ ':status': 200 })
      write(stream)
    })
    server.on('session', (session) => session.on('error', () => {}))
  }

  /** Clients that ask for the content and read nothing of it, once the server can write no more. */
  async unreadClients(count: number): Promise<Socket[]> {
    const port = (this.server.address() as AddressInfo).port
    const clients = Array.from({ length: count }, async () => {
      const socket = connectTcp(port, '127.0.0.1').on('error', () => {})
      const options = { socket, ALPNProtocols: ['h2'], rejectUnauthorized: false }
      const top = this.protocol === 'tls' ? connectTls(options).on('error', () => {}) : socket
      await once(top, this.protocol === 'tls' ? 'secureConnect' : 'connect')
      top.pause()
      socket.pause()
      top.write(Buffer.concat([OPEN, GET]))
      return socket
    })
    const sockets = await Promise.all(clients)
    await expect.poll(() => this.streams.length).toBe(count)
    await untilStable(() =>
      this.streams.reduce((sum, { session }) => sum + Number(session?.socket.bytesWritten), 0),
    )
    return sockets
  }

  connections(): Promise<number> {
    return new Promise((resolve) => this.server.getConnections((_error, count) => resolve(count)))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise((resolve) => this.server.close(resolve))
  }
}

describe('LostSessions', () => {
  it.each<['tls' | 'tcp', string, (socket: Socket) => void]>([
    ['tls', 'resets', (socket) => socket.resetAndDestroy()],
    ['tls', 'closes, with bytes unread,', (socket) => socket.destroy()],
    ['tcp', 'resets', (socket) => socket.resetAndDestroy()],
    ['tcp', 'closes, with bytes unread,', (socket) => socket.destroy()],
  ])(
    'over %s, closes a connection that its client %s while the session writes',
    async (protocol, _how, leave) => {
      await using scene = await Scene.over(protocol)
      for (const socket of await scene.unreadClients(12)) leave(socket)
      await expect.poll(() => scene.connections()).toBe(0)
      // A session closes its streams after its connection.
      await expect
        .poll(() => scene.streams.map(({ closed }) => closed))
        .toEqual(Array(12).fill(true))
    },
  )

  it.each(['tls', 'tcp'] as const)(
    'over %s, closes the connection of a destroyed session whose client does not read',
    async (protocol) => {
      await using scene = await Scene.over(protocol, () => 200)
      const sockets = await scene.unreadClients(3)
      for (const { session } of scene.streams) session?.destroy()
      await expect.poll(() => scene.connections()).toBe(0)
      for (const socket of sockets) socket.destroy()
    },
  )

  it.each(['tls', 'tcp'] as const)(
    'over %s, keeps a connection whose client does not read yet, also of a destroyed session',
    async (protocol) => {
      await using scene = await Scene.over(protocol)
      const sockets = await scene.unreadClients(2)
      scene.streams[0]?.session?.destroy()
      // Some looks.
      await new Promise((resolve) => setTimeout(resolve, 300))
      expect(await scene.connections()).toBe(2)
      for (const socket of sockets) socket.destroy()
    },
  )

  it('lets a slow client receive all of a response after whose end the session is closed', async () => {
    const server = createSecureServer(tls, (_request, response) => {
      response.end(Buffer.alloc(1_000_000))
      response.stream.session?.close()
    })
    new LostSessions(20).watch(server)
    await once(server.listen(0, '127.0.0.1'), 'listening')
    using client = await RawHttp2Client.connect((server.address() as AddressInfo).port)
    client.socket.pause()
    const stream = client.request('/')
    // Some looks, and a frame of the client, after which closing the connection would reset it.
    await new Promise((resolve) => setTimeout(resolve, 300))
    client.socket.write(frame(WINDOW_UPDATE, 0, 0, Buffer.from([0, 0, 0, 1])))
    await new Promise((resolve) => setTimeout(resolve, 300))
    client.socket.resume()
    const { data, endStream } = await client.frames(stream)
    expect({ bytes: data.length, endStream }).toEqual({ bytes: 1_000_000, endStream: true })
    server.close()
  })

  it('is part of every server with the plugin', async () => {
    using folder = new Folder({ f: Buffer.alloc(BYTES) })
    await using served = await serverWith({ root: folder.path }, { tls })
    const server = served.app.server as unknown as Http2Server
    const clients = await Promise.all(
      Array.from({ length: 12 }, () => RawHttp2Client.connect(served.port)),
    )
    for (const client of clients) {
      client.socket.pause()
      client.request('/f')
    }
    await expect.poll(() => served.app.transfers.running.size).toBe(12)
    const sent = () => [...served.app.transfers.running].reduce((sum, { bytes }) => sum + bytes, 0)
    await untilStable(sent)
    for (const { socket } of clients) socket.destroy()
    await expect.poll(() => promisify(server.getConnections).call(server)).toBe(0)
  })
})
