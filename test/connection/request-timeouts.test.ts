import { once } from 'node:events'
import { connect as connectHttp2 } from 'node:http2'
import type { Socket } from 'node:net'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import { ConnectionGuard } from '../../src/connection/connection-guard.js'
import { CONNECTION_LIMITS } from '../../src/connection/connection-limits.js'
import { serverWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'
import { connectHttp1 } from '../fixture/http1-connection.js'
import { tls } from '../fixture/tls.js'

const TIMEOUT = 300
const LIMITS = { ...CONNECTION_LIMITS, requestTimeout: TIMEOUT, requestRate: 1_000 }
/** ms between two bytes of a slow sender: 20 bytes a second. */
const RHYTHM = 50

type Protocol = 'HTTP' | 'HTTPS' | 'HTTP/1.1 beside HTTP/2'

const PROTOCOLS: Record<Protocol, object> = {
  HTTP: {},
  HTTPS: { https: tls },
  'HTTP/1.1 beside HTTP/2': { http2: true, https: { ...tls, allowHTTP1: true } },
}

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** An application that reads POST bodies, and responds late or at once where the path says so. */
async function listening(options: object): Promise<{ app: FastifyInstance; port: number }> {
  const app = Fastify(options) as unknown as FastifyInstance
  new ConnectionGuard(app, LIMITS)
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.post('/', async (request) => String((request.body as Buffer | undefined)?.length))
  app.post('/unread', {
    onRequest: async (request, reply) => {
      await new Promise((resolve) => setTimeout(resolve, 4 * TIMEOUT))
      let size = 0
      for await (const chunk of request.raw) size += chunk.length
      return reply.send(String(size))
    },
    handler: () => {},
  })
  app.get('/late', async () => {
    await new Promise((resolve) => setTimeout(resolve, 4 * TIMEOUT))
    return 'late'
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  closers.push(() => app.close())
  return { app, port: (app.server.address() as { port: number }).port }
}

function opened(options: object, port: number): Socket {
  const socket = connectHttp1(options, port)
  closers.push(() => socket.destroy())
  return socket.on('error', () => {})
}

/** Sends a text, then a byte in each rhythm, for ever. */
function drip(socket: Pick<Socket, 'write' | 'once'>, text: string, byte: string): void {
  socket.write(text)
  const timer = setInterval(() => socket.write(byte), RHYTHM)
  socket.once('close', () => clearInterval(timer))
  closers.push(() => clearInterval(timer))
}

async function response(socket: Socket): Promise<string> {
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  if (!socket.closed) await once(socket, 'close')
  return Buffer.concat(chunks).toString()
}

const HEAD = 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n'

const SLOW: [string, string, string][] = [
  ['a slow request line', 'GET /', 'a'],
  ['a slow header field', 'GET / HTTP/1.1\r\nHost: localhost\r\nx: ', 'a'],
  ['a slow body', `${HEAD}Content-Length: 100000\r\n\r\n`, 'a'],
  ['a body of slow chunks', `${HEAD}Transfer-Encoding: chunked\r\n\r\n`, '1\r\na\r\n'],
  ['a slow chunk header', `${HEAD}Transfer-Encoding: chunked\r\n\r\n1;e=`, 'a'],
  ['a body that begins quickly', `${HEAD}Content-Length: 999999\r\n\r\n${'a'.repeat(50_000)}`, 'a'],
]

const CASES = (Object.keys(PROTOCOLS) as Protocol[]).flatMap((protocol) =>
  SLOW.map(([what, text, byte]) => [protocol, what, text, byte] as const),
)

describe('RequestTimeouts', () => {
  it.each(CASES)(
    'responds 408 to a client of %s with %s, and closes',
    async (protocol, _what, text, byte) => {
      const options = PROTOCOLS[protocol]
      const { port } = await listening(options)
      const socket = opened(options, port)
      drip(socket, text, byte)
      expect(await response(socket)).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/)
    },
  )

  it('closes a connection that sends nothing', async () => {
    const { port } = await listening({})
    await response(opened({}, port))
  })

  it('receives an upload that keeps the rate for many timeouts', async () => {
    const { port } = await listening({})
    const socket = opened({}, port)
    const [length, pieces] = [4_000, 40]
    socket.write(`${HEAD}Connection: close\r\nContent-Length: ${length}\r\n\r\n`)
    let sent = 0
    const timer = setInterval(() => {
      socket.write('a'.repeat(length / pieces))
      if (++sent === pieces) clearInterval(timer)
    }, RHYTHM)
    closers.push(() => clearInterval(timer))
    expect(await response(socket)).toMatch(/^HTTP\/1\.1 200 [\s\S]*\r\n\r\n4000$/)
  })

  it('spares a request whose response takes longer than the timeout', async () => {
    const { port } = await listening({})
    const socket = opened({}, port)
    socket.write('GET /late HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
    expect(await response(socket)).toMatch(/late$/)
  })

  it('spares an upload that the handler does not read for longer than the timeout', async () => {
    const { port } = await listening({})
    const socket = opened({}, port)
    socket.write(
      `${HEAD.replace('/', '/unread')}Connection: close\r\nContent-Length: 9000000\r\n\r\n`,
    )
    socket.write(Buffer.alloc(9_000_000))
    expect(await response(socket)).toMatch(/^HTTP\/1\.1 200 [\s\S]*9000000$/)
  })

  it('spares a download whose request has a body that never ends', async () => {
    using folder = new Folder({ f: Buffer.alloc(8_000_000, 'f') })
    await using server = await serverWith({ root: folder.path }, { limits: LIMITS })
    const socket = opened({}, server.port)
    socket.write('GET /f HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n')
    let bytes = 0
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      socket.pause()
      setTimeout(() => socket.resume(), 20)
    })
    await once(socket, 'close')
    expect(bytes).toBeGreaterThan(8_000_000)
  })

  it('keeps an idle connection open after a request with a body', async () => {
    const { port } = await listening({})
    const socket = opened({}, port)
    const texts: string[] = []
    socket.on('data', (chunk) => texts.push(String(chunk)))
    socket.write(`${HEAD}Content-Length: 1\r\n\r\na`)
    await expect.poll(() => texts.join('')).toMatch(/200 OK[\s\S]*1$/)
    // A silent connection that begins now is closed after the timeout.
    await response(opened({}, port))
    socket.write(`${HEAD}Content-Length: 2\r\n\r\nab`)
    await expect.poll(() => texts.join('')).toMatch(/200 OK[\s\S]*200 OK[\s\S]*2$/)
  })

  it('responds 408 to a slow body of an HTTP/2 stream, and leaves the other streams open', async () => {
    const { port } = await listening({ http2: true, https: tls })
    const session = connectHttp2(`https://127.0.0.1:${port}`, { rejectUnauthorized: false })
    closers.push(() => session.destroy())
    const other = session.request({ ':path': '/late' })
    const slow = session.request({ ':path': '/', ':method': 'POST', 'content-type': 'text/plain' })
    slow.on('error', () => {}).resume()
    drip(slow as never, '', 'a')
    const [headers] = await once(slow, 'response')
    expect(headers[':status']).toBe(408)
    await once(slow, 'close')
    expect(slow.rstCode).toBe(0)
    const [late] = await once(other.resume(), 'response')
    expect(late[':status']).toBe(200)
  })

  it('receives an upload of HTTP/2 that keeps the rate for many timeouts', async () => {
    const { port } = await listening({ http2: true, https: tls })
    const session = connectHttp2(`https://127.0.0.1:${port}`, { rejectUnauthorized: false })
    closers.push(() => session.destroy())
    const upload = session.request({
      ':path': '/',
      ':method': 'POST',
      'content-type': 'text/plain',
    })
    let sent = 0
    const timer = setInterval(() => {
      if (++sent === 40) {
        clearInterval(timer)
        upload.end()
      } else upload.write('a'.repeat(100))
    }, RHYTHM)
    closers.push(() => clearInterval(timer))
    let body = ''
    for await (const chunk of upload) body += chunk
    expect(body).toBe('3900')
  })
})
