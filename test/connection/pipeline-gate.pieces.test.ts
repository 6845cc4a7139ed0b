import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import Fastify, { type FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import { ConnectionGuard } from '../../src/connection/connection-guard.js'
import { CONNECTION_LIMITS } from '../../src/connection/connection-limits.js'
import { tls } from '../fixture/tls.js'

const SERVERS: [string, object][] = [
  ['an HTTP server', {}],
  ['an HTTPS server', { https: tls }],
  ['HTTP/1.1 of an HTTP/2 server', { http2: true, https: { ...tls, allowHTTP1: true } }],
]

/** A server that calls handlers of at most `pipelineLimit` requests of a connection. */
async function limited(
  options: object,
  pipelineLimit: number,
  setUp: (app: FastifyInstance) => void,
) {
  const app = Fastify(options) as FastifyInstance
  new ConnectionGuard(app, { ...CONNECTION_LIMITS, pipelineLimit })
  setUp(app)
  const sockets: Socket[] = []
  app.server.on('connection', (socket: Socket) => sockets.push(socket))
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as { port: number }
  return {
    /** Each write of the socket becomes a packet, and a record of TLS. */
    async client(): Promise<Socket> {
      const host = '127.0.0.1'
      const secure = { port, host, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] }
      const socket = 'https' in options ? connectTls(secure) : connect(port, host)
      socket.on('error', () => {})
      await once(socket, 'https' in options ? 'secureConnect' : 'connect')
      return socket.setNoDelay(true)
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await app.close()
    },
  }
}

async function textOf(socket: Socket): Promise<string> {
  let text = ''
  for await (const chunk of socket) text += chunk
  return text
}

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'

describe.each(SERVERS)('the pipeline gate of %s', (_what, options) => {
  it('passes nothing on to the parser of a connection that has closed: another one may have it', async () => {
    const sockets: Socket[] = []
    let late = 0
    await using server = await limited(options, 2, (app) => {
      app.get('/', ({ raw: { socket } }) => {
        if (!sockets.includes(socket)) {
          sockets.push(socket)
          socket.on('data', () => {
            if (socket.destroyed) late += 1
          })
        }
        return new Promise(() => {})
      })
    })
    const client = await server.client()
    client.write(GET.repeat(12))
    await expect.poll(() => sockets.length).toBe(1)
    const [socket] = sockets as [Socket]
    const closed = once(socket, 'close')
    socket.destroy()
    await closed
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate)
    expect(late).toBe(0)
    client.destroy()
  })

  it('holds requests that are divided between packets at any byte', async () => {
    let received = 0
    await using server = await limited(options, 2, (app) => {
      app.addHook('onRequest', async () => {
        received += 1
      })
      app.get('/', () => new Promise(() => {}))
      app.get('/other', async () => 'other')
    })
    for (let cut = 1; cut <= GET.length; cut += 1) {
      received = 0
      const socket = await server.client()
      socket.write(GET.slice(0, cut))
      for (let n = 0; n < 12; n += 1) {
        // The server reads the packet before the next one is sent.
        await new Promise(setImmediate)
        const packet = GET.slice(cut) + GET.slice(0, cut)
        await new Promise((resolve) => socket.write(packet, resolve))
      }
      await expect.poll(() => received, { interval: 1 }).toBeGreaterThanOrEqual(2)
      // What the server has received by now is parsed when it has answered another client.
      const other = await server.client()
      other.write('GET /other HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
      await textOf(other)
      // The rest of a header section that has begun is let through, and no other.
      expect(received - 1, `divided at byte ${cut}`).toBeLessThanOrEqual(3)
      socket.destroy()
    }
  })

  it.each([1, 2, 32])(
    'passes bodies of requests on, divided anywhere, where %i may wait',
    async (pipelineLimit) => {
      await using server = await limited(options, pipelineLimit, (app) => {
        const parse = (_request: unknown, body: unknown, done: (e: null, body: unknown) => void) =>
          done(null, body)
        app.addContentTypeParser('*', { parseAs: 'buffer' }, parse)
        app.post('/', async (request) => request.body)
      })
      const bodies = ['', 'x', 'text', '\r\n\r\n', 'a\n\r\n\r\nb\r\n\r\n', 'y'.repeat(200_000)]
      for (const size of [1, 3, 1_000, 100_000]) {
        const sent = bodies.filter((body) => body.length <= 200 * size)
        const socket = await server.client()
        const bytes = sent
          .flatMap((body) => [plain(body), chunked(body), plain(body)])
          .concat('GET /end HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
          .join('')
        const reading = textOf(socket)
        for (let at = 0; at < bytes.length; at += size) socket.write(bytes.slice(at, at + size))
        const text = await reading
        const responses = text.match(/HTTP\/1\.1 \d+/g)
        expect(responses).toEqual([...Array(3 * sent.length).fill('HTTP/1.1 200'), 'HTTP/1.1 404'])
        for (const body of sent) expect(text.split(`\r\n\r\n${body}`).length).toBeGreaterThan(3)
      }
    },
  )

  it('passes at most one request more than the limit on, where each has a body that comes with the next one', async () => {
    let received = 0
    await using server = await limited(options, 1, (app) => {
      app.addHook('onRequest', async () => {
        received += 1
        await new Promise(() => {})
      })
    })
    const socket = await server.client()
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx'.repeat(1_000))
    await expect.poll(() => received).toBeGreaterThan(0)
    const other = await server.client()
    other.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await expect.poll(() => received).toBeGreaterThan(1)
    expect(received).toBeLessThanOrEqual(3)
    socket.destroy()
    other.destroy()
  })
})

const POST = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\n'

function plain(body: string): string {
  return `${POST}Content-Length: ${body.length}\r\n\r\n${body}`
}

function chunked(body: string): string {
  const chunk = body === '' ? '' : `${body.length.toString(16)}\r\n${body}\r\n`
  return `${POST}Transfer-Encoding: chunked\r\n\r\n${chunk}0\r\n\r\n`
}
