import { once } from 'node:events'
import type { ServerHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import lastbyte from '../../src/plugin/plugin.js'
import type { LastbyteOptions } from '../../src/settings/options.js'
import { upstreamSource } from '../../src/source/upstream/upstream-source.js'
import { Application } from '../fixture/application.js'
import { decodeChunked } from '../fixture/decode-chunked.js'
import { Folder, pattern } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'
import { RawHttp2Client } from '../fixture/raw-http2.js'
import { tls } from '../fixture/tls.js'

/** ms of each idle timer. A slow client receives for several times as long. */
const TIMER = 1000
/** ms that a slow client pauses after each read, of at most 64 KiB. */
const PACE = 80
// The clients wait most of the time.
vi.setConfig({ maxConcurrency: 16 })
/** More than the buffers of a connection on this machine, which hold some 3 MiB. */
const SIZE = 5 * 1024 * 1024
const content = pattern(SIZE)

/** Makes a client read 64 KiB each 80 ms. */
function readSlowly(socket: Socket): void {
  let unpaused = 0
  socket.on('data', ({ length }) => {
    // TLS records are shorter.
    unpaused += length
    if (unpaused < 60 * 1024) return
    unpaused = 0
    socket.pause()
    setTimeout(() => socket.resume(), PACE)
  })
}

interface Scene {
  readonly files?: Partial<LastbyteOptions>
  readonly server?: object
  readonly setUp?: (app: FastifyInstance) => void
}

async function serve(root: string, { files, server, setUp }: Scene): Promise<Application> {
  const app = Fastify({ forceCloseConnections: true, ...server } as object) as FastifyInstance
  setUp?.(app)
  await app.register(lastbyte, { ...(root && { root }), ...files })
  return new Application(app, []).listen()
}

const setServerTimeout = (app: FastifyInstance) => void app.server.setTimeout(TIMER)
const CONNECTION_TIMEOUT = { connectionTimeout: TIMER }

/** How the idle timer is set, in a response that sendfile sends. */
const TIMERS: readonly (readonly [string, Scene])[] = [
  ['connectionTimeout of Fastify', { server: { connectionTimeout: TIMER } }],
  ['setTimeout of the server', { setUp: setServerTimeout }],
  [
    'setTimeout of the socket',
    { setUp: (app) => void app.server.on('connection', (socket) => socket.setTimeout(TIMER)) },
  ],
  [
    'setTimeout of the request',
    { setUp: (app) => app.addHook('onRequest', async ({ raw }) => void raw.setTimeout(TIMER)) },
  ],
  [
    'setTimeout of the response',
    { setUp: (app) => app.addHook('onRequest', async (_, { raw }) => void raw.setTimeout(TIMER)) },
  ],
  ['keepAliveTimeout of Fastify', { server: { keepAliveTimeout: TIMER } }],
  ['handlerTimeout of Fastify', { server: { handlerTimeout: TIMER } }],
  [
    'handlerTimeout of Fastify, with an onSend hook',
    {
      server: { handlerTimeout: TIMER },
      setUp: (app) => app.addHook('onSend', async (_request, _reply, payload) => payload),
    },
  ],
  [
    'requestTimeout and headersTimeout of Node',
    {
      server: {
        requestTimeout: TIMER,
        http: { connectionsCheckingInterval: 50, headersTimeout: TIMER },
      },
    },
  ],
]

/** What sends the body. The last column is the content of a chunked body. */
const PATHS: [string, Scene, string, Record<string, string>?][] = [
  ['by sendfile, where it is available', { files: { zeroCopy: 'always' } }, '/f'],
  ['by copying', { files: { zeroCopy: 'off' } }, '/f'],
  [
    'of a range by sendfile, where it is available',
    { files: { zeroCopy: 'always' } },
    '/f',
    { Range: 'bytes=0-' },
  ],
  [
    'that is precompressed',
    { files: { preCompressed: true } },
    '/t.txt',
    { 'Accept-Encoding': 'br' },
  ],
  ['of sendFile', { setUp: (app) => sendsFile(app) }, '/route'],
  ['that an onSend hook passes on', { setUp: (app) => app.addHook('onSend', passOn) }, '/f'],
]

const passOn = async (_request: unknown, _reply: unknown, payload: unknown) => payload
const sendsFile = (app: FastifyInstance) =>
  void app.get('/route', (_request, reply) => reply.sendFile('f'))

/** Text that doesn't fit into the buffers of a connection. */
const ROWS = Array.from({ length: 80 }, (_row, n) => ({ n, text: 'x'.repeat(64 * 1024) }))

/** Reads one response slowly, over HTTP/1.1. */
async function readOne(port: number, path: string, fields?: Record<string, string>) {
  using client = new RawClient(port)
  readSlowly(client.socket)
  client.request(path, fields)
  return await client.response()
}

/** Reads slowly until the server closes the connection. */
async function readAll(port: number, path: string, fields?: Record<string, string>) {
  using client = new RawClient(port)
  readSlowly(client.socket)
  client.request(path, { Connection: 'close', ...fields })
  return await client.closed()
}

/** Fastify itself only stops to accept streams of an idle session. */
function destroysIdleSessions(app: FastifyInstance): void {
  app.server.on('session', (session: ServerHttp2Session) => {
    session.setTimeout(TIMER, () => session.destroy())
  })
}

const isWhole = (body: Buffer) => [body.length, body.equals(content)]

// A busy machine may block this process, of client and server, for longer than the timer.
describe.concurrent('A slow client, while it receives bytes', { retry: 2 }, () => {
  let folder: Folder
  beforeAll(() => {
    folder = new Folder({
      f: content,
      small: pattern(30_000),
      't.txt': 'text',
      't.txt.br': content,
    })
  })
  afterAll(() => folder[Symbol.dispose]())

  it.each(TIMERS)('is not disconnected by %s', { timeout: 60_000 }, async (_timer, scene) => {
    await using served = await serve(folder.path, scene)
    expect(isWhole((await readOne(served.port, '/f')).body)).toEqual([SIZE, true])
  })

  it.each(PATHS)(
    'receives all bytes of a body %s',
    { timeout: 60_000 },
    async (_kind, scene, path, fields) => {
      await using served = await serve(folder.path, { server: CONNECTION_TIMEOUT, ...scene })
      expect(isWhole((await readOne(served.port, path, fields)).body)).toEqual([SIZE, true])
    },
  )

  it.each(['always', 'off'] as const)(
    'receives all ranges of a multipart body with zeroCopy: %s',
    { timeout: 60_000 },
    async (zeroCopy) => {
      await using served = await serve(folder.path, {
        server: CONNECTION_TIMEOUT,
        files: { zeroCopy },
      })
      const ranges = { Range: 'bytes=0-2999999,3500000-5099999' }
      const { body, fields } = await readOne(served.port, '/f', ranges)
      expect(body.length).toBe(Number(fields['content-length']))
      expect(body.includes(content.subarray(0, 3_000_000))).toBe(true)
      expect(body.includes(content.subarray(3_500_000, 5_100_000))).toBe(true)
    },
  )

  it('receives all bytes of an HTTP/1.0 response', { timeout: 60_000 }, async () => {
    await using served = await serve(folder.path, { server: CONNECTION_TIMEOUT })
    using client = new RawClient(served.port)
    readSlowly(client.socket)
    client.request('/f', {}, 'GET', 'HTTP/1.0')
    expect(isWhole((await client.closed()).body)).toEqual([SIZE, true])
  })

  it.each<[string, (app: FastifyInstance) => void, number]>([
    ['rows', (app) => app.get('/s', (_request, reply) => reply.ndjson(ROWS)), ROWS.length],
    [
      'events',
      (app) =>
        app.get('/s', (_request, reply) => reply.eventStream(ROWS.map((data) => ({ data })))),
      ROWS.length,
    ],
  ])('receives all %s of a stream', { timeout: 60_000 }, async (_kind, setUp, expected) => {
    await using served = await serve('media', { server: CONNECTION_TIMEOUT, setUp })
    const { bytes, whole } = decodeChunked((await readAll(served.port, '/s')).body)
    const lines = bytes.toString().split('\n')
    const isRow = (line: string) => line.length > 64 * 1024
    expect([lines.filter(isRow).length, whole]).toEqual([expected, true])
  })

  it('receives all bytes of a file as frames', { timeout: 60_000 }, async () => {
    await using served = await serve(folder.path, { server: CONNECTION_TIMEOUT })
    const accept = { Accept: 'application/x-ndjson' }
    const { bytes } = decodeChunked((await readAll(served.port, '/f', accept)).body)
    const data = bytes
      .toString()
      .trim()
      .split('\n')
      .map((line) => Buffer.from(JSON.parse(line).chunk ?? '', 'base64'))
    expect(isWhole(Buffer.concat(data))).toEqual([SIZE, true])
  })

  it('receives all bytes that a proxy forwards', { timeout: 60_000 }, async () => {
    await using origin = await serve(folder.path, {})
    const source = upstreamSource({ origin: origin.url })
    await using proxy = await serve('', { server: CONNECTION_TIMEOUT, files: { source } })
    expect(isWhole((await readOne(proxy.port, '/f')).body)).toEqual([SIZE, true])
  })

  it('receives a second response on its connection', { timeout: 60_000 }, async () => {
    await using served = await serve(folder.path, { server: CONNECTION_TIMEOUT })
    using client = new RawClient(served.port)
    client.request('/small')
    const { body } = await client.response()
    const before = client.received.length
    expect(body).toHaveLength(30_000)
    readSlowly(client.socket)
    client.request('/f')
    await client.until(before + SIZE)
    await client.until(client.received.indexOf('\r\n\r\n', before) + 4 + SIZE)
    expect(isWhole(client.received.subarray(-SIZE))).toEqual([SIZE, true])
  })

  it('receives all pipelined responses, of which the last are in the send queue', {
    timeout: 60_000,
  }, async () => {
    const small = pattern(30_000)
    await using served = await serve(folder.path, {
      server: { ...CONNECTION_TIMEOUT, keepAliveTimeout: TIMER },
    })
    using client = new RawClient(served.port)
    readSlowly(client.socket)
    for (let n = 0; n < 150; n += 1) client.request('/small')
    // The connection is idle for the server long before the client has received all.
    await expect.poll(() => served.records.length, { timeout: 30_000 }).toBe(150)
    expect(client.received.length).toBeLessThan(150 * 30_000)
    client.request('/small')
    const head = client.received.indexOf('\r\n\r\n') + 4
    await client.until(151 * (head + small.length))
    expect(client.received.toString('latin1').split(small.toString('latin1'))).toHaveLength(152)
  })

  it('over TLS receives all bytes', { timeout: 60_000 }, async () => {
    await using served = await serve(folder.path, {
      server: { ...CONNECTION_TIMEOUT, https: tls },
      setUp: (app) => void app.server.on('connection', (socket) => socket.setTimeout(TIMER)),
    })
    const socket = connectTls({ port: served.port, host: '127.0.0.1', rejectUnauthorized: false })
    const chunks: Buffer[] = []
    socket.on('data', (chunk) => void chunks.push(chunk))
    readSlowly(socket)
    socket.write('GET /f HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
    await once(socket, 'close')
    expect(isWhole(Buffer.concat(chunks).subarray(-SIZE))).toEqual([SIZE, true])
  })

  it.each<[string, Scene]>([
    ['connectionTimeout of Fastify', { server: CONNECTION_TIMEOUT }],
    ['http2SessionTimeout of Fastify', { server: { http2SessionTimeout: TIMER } }],
    [
      'setTimeout of the session',
      {
        setUp: (app) => app.server.on('session', (it) => it.setTimeout(TIMER, () => it.destroy())),
      },
    ],
    [
      'setTimeout of the stream',
      {
        setUp: (app) =>
          app.addHook('onRequest', async (_request, { raw }) => {
            raw.setTimeout(TIMER, () => raw.destroy())
          }),
      },
    ],
    ['handlerTimeout of Fastify', { server: { handlerTimeout: TIMER } }],
  ])('over HTTP/2 is not disconnected by %s', { timeout: 60_000 }, async (_timer, scene) => {
    const server = { ...scene.server, http2: true, https: tls } as const
    await using served = await serve(folder.path, { ...scene, server })
    using client = await RawHttp2Client.connect(served.port)
    readSlowly(client.socket)
    const { data, endStream } = await client.frames(client.request('/f'))
    expect([...isWhole(data), endStream]).toEqual([SIZE, true, true])
  })
})

describe('An idle timer of the server', () => {
  it.each<[string, Scene]>([
    ['keepAliveTimeout', { server: { keepAliveTimeout: TIMER } }],
    [
      'keepAliveTimeout of Node',
      { setUp: (app) => Object.assign(app.server, { keepAliveTimeout: TIMER }) },
    ],
  ])('(%s) closes a connection that is idle after a response', async (_timer, scene) => {
    using folder = new Folder({ f: content })
    await using served = await serve(folder.path, scene)
    using client = new RawClient(served.port)
    client.request('/f')
    expect(isWhole((await client.closed()).body)).toEqual([SIZE, true])
  })

  it.each(['HTTP/1.1', 'HTTP/2'])(
    'disconnects a client of %s that receives nothing, before stallTimeout does',
    async (protocol) => {
      using folder = new Folder({ f: pattern(3 * SIZE) })
      const isHttp2 = protocol === 'HTTP/2'
      const server = isHttp2 ? { http2: true, https: tls } : CONNECTION_TIMEOUT
      await using served = await serve(folder.path, { server, setUp: destroysIdleSessions })
      using client = isHttp2
        ? await RawHttp2Client.connect(served.port)
        : new RawClient(served.port)
      client.socket.pause()
      client.request('/f')
      expect(await served.settled()).toMatchObject({ outcome: 'client-gone' })
    },
  )

  it('that is longer than stallTimeout leaves a client that receives nothing to it', async () => {
    using folder = new Folder({ f: pattern(3 * SIZE) })
    await using served = await serve(folder.path, {
      server: { connectionTimeout: 20_000 },
      files: { stallTimeout: 300 },
    })
    using client = new RawClient(served.port)
    client.socket.pause()
    client.request('/f')
    expect(await served.settled()).toMatchObject({ outcome: 'stalled' })
  })

  it('runs the onTimeout hooks of a client that receives nothing', async () => {
    using folder = new Folder({ f: pattern(3 * SIZE) })
    const urls: string[] = []
    await using served = await serve(folder.path, {
      server: CONNECTION_TIMEOUT,
      setUp: (app) => app.addHook('onTimeout', async ({ url }) => void urls.push(url)),
    })
    using client = new RawClient(served.port)
    client.socket.pause()
    client.request('/f')
    await served.settled()
    expect(urls).toEqual(['/f'])
  })
})
