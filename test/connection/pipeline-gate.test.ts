import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { ConnectionGuard } from '../../src/connection/connection-guard.js'
import { CONNECTION_LIMITS } from '../../src/connection/connection-limits.js'
import { type Application, applicationWith, serverWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'
import { connectHttp1 } from '../fixture/http1-connection.js'
import { RawClient } from '../fixture/raw-http.js'
import { tls } from '../fixture/tls.js'

const COUNT = 2_000
const FILES = { small: 'small', large: Buffer.alloc(400_000, 'l') }

function request(path: string, { method = 'GET', fields = '' } = {}): string {
  return `${method} ${path} HTTP/1.1\r\nHost: localhost\r\n${fields}\r\n`
}

/** Parses responses that have a Content-Length each. */
function parse(received: Buffer, hasBody: boolean): { status: number; body: Buffer }[] {
  const responses: { status: number; body: Buffer }[] = []
  for (let at = 0; at < received.length; ) {
    const end = received.indexOf('\r\n\r\n', at) + 4
    const head = received.toString('latin1', at, end)
    const length = hasBody ? Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0) : 0
    responses.push({
      status: Number(head.split(' ')[1]),
      body: received.subarray(end, end + length),
    })
    at = end + length
  }
  return responses
}

async function received(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Writes bytes in chunks of a size that divides requests anywhere. */
function writeDivided(socket: Socket, text: string, size: number): void {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) socket.write(bytes.subarray(at, at + size))
}

const CLOSE = { fields: 'Connection: close\r\n' }

describe('limitPipelining', () => {
  it.each<[string, string, string, number]>([
    ['a file from memory', 'GET', '/small', 200],
    ['the header fields of a file', 'HEAD', '/small', 200],
    ['an absent file', 'GET', '/absent', 404],
    ['a path that is refused', 'GET', '/%00', 400],
    ['a method that is not allowed', 'DELETE', '/small', 405],
  ])('responds to 2,000 pipelined requests for %s in full', async (what, method, path, status) => {
    using folder = new Folder(FILES)
    await using server = await serverWith({ root: folder.path })
    const socket = connect(server.port, '127.0.0.1')
    writeDivided(
      socket,
      request(path, { method }).repeat(COUNT - 1) + request(path, { method, ...CLOSE }),
      1_000,
    )
    const responses = parse(await received(socket), method !== 'HEAD')
    expect(responses, what).toHaveLength(COUNT)
    expect(new Set(responses.map((each) => each.status))).toEqual(new Set([status]))
  })

  it('keeps the order of responses that come from memory, from the disk, and from handlers', async () => {
    using folder = new Folder({ ...FILES, ...numbered(50) })
    await using server = await serverWith({ root: folder.path })
    const socket = connect(server.port, '127.0.0.1')
    const paths = Array.from({ length: 400 }, (_, n) => (n % 100 === 7 ? '/large' : `/${n % 60}`))
    writeDivided(
      socket,
      paths.map((path) => request(path)).join('') + request('/small', CLOSE),
      777,
    )
    const responses = parse(await received(socket), true)
    expect(responses).toHaveLength(401)
    for (const [index, path] of paths.entries()) {
      const response = responses[index]
      const isAbsent = path !== '/large' && Number(path.slice(1)) >= 50
      expect(response?.status, path).toBe(isAbsent ? 404 : 200)
      if (path === '/large') expect(response?.body.length).toBe(400_000)
      else if (!isAbsent) expect(response?.body.toString()).toBe(`file ${path.slice(1)}`)
    }
  })

  it.each<[string, object]>([
    ['an HTTP server', {}],
    ['an HTTPS server', { https: tls }],
    ['HTTP/1.1 of an HTTP/2 server', { http2: true, https: { ...tls, allowHTTP1: true } }],
  ])(
    'calls handlers of %s for 4 requests, and for others when these are answered',
    async (_what, options) => {
      const app = Fastify(options)
      new ConnectionGuard(app as never, { ...CONNECTION_LIMITS, pipelineLimit: 4 })
      const releases: (() => void)[] = []
      app.get('/:n', async (request) => {
        await new Promise<void>((release) => releases.push(release))
        return (request.params as { n: string }).n
      })
      await app.listen({ host: '127.0.0.1', port: 0 })
      const { port } = app.server.address() as { port: number }
      const socket = connectHttp1(options, port)
      const reading = received(socket)
      const targets = Array.from({ length: COUNT }, (_, n) =>
        request(`/${n}`, n === COUNT - 1 ? CLOSE : {}),
      )
      socket.write(targets.join(''))
      await expect.poll(() => releases.length).toBe(4)
      for (let answered = 0; answered < COUNT; answered++) {
        await expect.poll(() => releases.length, { interval: 1 }).toBeGreaterThan(answered)
        expect(releases.length - answered).toBeLessThanOrEqual(4)
        releases[answered]?.()
      }
      const bodies = parse(await reading, true).map(({ body }) => body.toString())
      expect(bodies).toEqual(Array.from({ length: COUNT }, (_, n) => String(n)))
      await app.close()
    },
  )

  it('does not read a connection whose requests wait, beyond a chunk', async () => {
    const app = Fastify()
    new ConnectionGuard(app as never, CONNECTION_LIMITS)
    app.get('/', () => new Promise(() => {}))
    await app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = app.server.address() as { port: number }
    const connected = once(app.server, 'connection')
    const socket = connect(port, '127.0.0.1').on('error', () => {})
    const [server] = (await connected) as [Socket]
    const text = request('/').repeat(500_000)
    await new Promise<void>((resolve) => {
      socket.write(text)
      // The client can send no more: neither its kernel nor the server takes more bytes.
      let last = -1
      const timer = setInterval(() => {
        if (server.bytesRead === last && last > 0) {
          clearInterval(timer)
          resolve()
        }
        last = server.bytesRead
      }, 100)
    })
    expect(server.bytesRead).toBeLessThan(4 * 64 * 1024)
    socket.destroy()
    server.destroy()
    await app.close()
  })

  it('responds to another connection before all pipelined requests of the first', async () => {
    using folder = new Folder(FILES)
    await using server = await serverWith({ root: folder.path })
    await warm(server)
    const socket = connect(server.port, '127.0.0.1')
    let requests = 0
    server.app.server.on('request', () => {
      requests += 1
    })
    const reading = received(socket)
    using other = new RawClient(server.port)
    await once(other.socket, 'connect')
    socket.write(request('/small').repeat(20_000) + request('/small', CLOSE))
    await expect.poll(() => requests, { interval: 1 }).toBeGreaterThan(0)
    other.request('/small')
    expect((await other.response()).status).toBe(200)
    expect(requests).toBeLessThan(10_000)
    expect(parse(await reading, true)).toHaveLength(20_001)
  })

  it('passes request bodies with empty lines on unchanged, and the requests behind them', async () => {
    const app = Fastify({ bodyLimit: 10_000_000 })
    new ConnectionGuard(app as never, CONNECTION_LIMITS)
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    app.post('/', async (request) => request.body)
    await app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = app.server.address() as { port: number }
    const body = '\r\n\r\nGET / HTTP/1.1\r\n\r\n'.repeat(20_000)
    const fields = `Content-Type: text/plain\r\nContent-Length: ${body.length}\r\n`
    const post = request('/', { method: 'POST', fields }) + body
    const last = request('/', { method: 'POST', fields: `${CLOSE.fields}${fields}` }) + body
    const socket = connect(port, '127.0.0.1')
    socket.write(post.repeat(3) + last)
    const bodies = parse(await received(socket), true).map((each) => each.body.toString())
    expect(bodies).toEqual([body, body, body, body])
    await app.close()
  })

  it('passes the bytes after an upgrade on, also those behind pipelined requests', async () => {
    const app = Fastify()
    new ConnectionGuard(app as never, { ...CONNECTION_LIMITS, pipelineLimit: 1 })
    app.get('/', async () => 'x')
    const upgraded: Buffer[] = []
    app.server.on('upgrade', (_request, socket: Socket, head: Buffer) => {
      upgraded.push(head)
      socket.on('end', () => socket.end())
      socket.on('data', (chunk) => upgraded.push(chunk))
      socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n')
    })
    await app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = app.server.address() as { port: number }
    const socket = connect(port, '127.0.0.1').resume()
    const fields = 'Connection: upgrade\r\nUpgrade: echo\r\n'
    const data = 'a\n\r\nb\n\r\nc'.repeat(1_000)
    socket.write(request('/').repeat(3) + request('/', { fields }) + data)
    await expect.poll(() => Buffer.concat(upgraded).toString()).toBe(data)
    socket.write('more')
    await expect.poll(() => Buffer.concat(upgraded).toString()).toBe(`${data}more`)
    socket.destroy()
    await app.close()
  })

  it('also limits the connections of an application that registers the plugin', async () => {
    using folder = new Folder(FILES)
    let running = 0
    let most = 0
    const count = (by: number) => {
      running += by
      most = Math.max(most, running)
    }
    await using server = await applicationWith({ root: folder.path }, (app) => {
      app.addHook('onRequest', async () => count(1))
      app.addHook('onResponse', async () => count(-1))
    })
    const socket = connect(server.port, '127.0.0.1')
    socket.write(request('/large').repeat(300) + request('/small', CLOSE))
    expect(parse(await received(socket), true)).toHaveLength(301)
    expect(most).toBeLessThanOrEqual(CONNECTION_LIMITS.pipelineLimit)
  })
})

function numbered(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [String(n), `file ${n}`]))
}

/** Requests a file, so that later responses come from memory. */
async function warm(server: Application): Promise<void> {
  using client = new RawClient(server.port)
  client.request('/small')
  await client.response()
}
