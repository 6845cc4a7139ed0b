import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { Http2Sender } from '../../../src/check/subject/http2-sender.js'
import type { WireRequest } from '../../../src/check/subject/sender.js'

type Respond = (stream: ServerHttp2Stream, fields: Readonly<Record<string, unknown>>) => void

/** A server of HTTP/2 with prior knowledge, and a sender. */
class Pair implements AsyncDisposable {
  bytes = 0
  readonly abort = new AbortController()
  readonly sender = new Http2Sender({
    timeout: 1_000,
    insecure: false,
    onBytes: (bytes) => {
      this.bytes += bytes
    },
    signal: this.abort.signal,
  })
  readonly #sessions = new Set<{ destroy(): void }>()

  private constructor(private readonly server: Http2Server) {
    server.on('session', (session) => void this.#sessions.add(session))
  }

  static async start(respond: Respond): Promise<Pair> {
    const server = createServer()
    server.on('stream', (stream, fields) => {
      stream.on('error', () => {})
      respond(stream, fields)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new Pair(server)
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  send(request: Partial<WireRequest> = {}) {
    return this.sender.send({
      url: new URL(`http://127.0.0.1:${this.port}/f?x=%2f`),
      method: 'GET',
      version: '2',
      fields: { host: 'a', range: 'bytes=0-' },
      read: Number.POSITIVE_INFINITY,
      connection: 'kept',
      endpoint: undefined,
      onLeave: undefined,
      ...request,
    })
  }

  async [Symbol.asyncDispose]() {
    this.sender.close()
    for (const session of this.#sessions) session.destroy()
    await new Promise((resolve) => this.server.close(resolve))
  }
}

describe('a request over HTTP/2', () => {
  it('is sent without fields of the connection, and its response has the lines as received', async () => {
    let received: Readonly<Record<string, unknown>> = {}
    await using pair = await Pair.start((stream, fields) => {
      received = fields
      stream.respond({ ':status': 206, etag: '"a"' })
      stream.end('abc')
    })
    const exchange = await pair.send()
    expect(received).toMatchObject({ ':path': '/f?x=%2f', range: 'bytes=0-' })
    expect(received).not.toHaveProperty('host')
    expect(exchange).toMatchObject({ status: 206, version: '2', end: 'complete', isReused: false })
    expect(exchange.lines).toEqual(expect.arrayContaining([['etag', '"a"']]))
    expect(exchange.lines.map(([name]) => name)).not.toContain(':status')
    expect(exchange.body.toString()).toBe('abc')
    expect(pair.bytes).toBeGreaterThan(3)
  })

  it('uses the session of the one before, unless a new connection is wanted', async () => {
    await using pair = await Pair.start((stream) => {
      stream.respond()
      stream.end('abc')
    })
    expect((await pair.send()).isReused).toBe(false)
    expect((await pair.send()).isReused).toBe(true)
    expect((await pair.send({ connection: 'new' })).isReused).toBe(false)
  })

  it('counts the bytes that arrive of a body that it leaves, and not only those it has read', async () => {
    await using pair = await Pair.start((stream) => {
      stream.respond({ ':status': 200 })
      stream.end(Buffer.alloc(1_000_000))
    })
    await pair.send({ read: 1 })
    pair.sender.close()
    await expect.poll(() => pair.bytes).toBeGreaterThan(10_000)
  })

  it('resets the stream when it has read as many bytes as wanted, and keeps the session', async () => {
    await using pair = await Pair.start((stream) => {
      stream.respond()
      stream.end('x'.repeat(1_000_000))
    })
    const exchange = await pair.send({ read: 10 })
    expect(exchange.end).toBe('left')
    expect(exchange.body.toString()).toBe('x'.repeat(10))
    expect((await pair.send({ read: 0 })).isReused).toBe(true)
  })

  it.each<[string, string, Respond]>([
    [
      'reset',
      'the server resets the stream',
      (stream) => {
        stream.respond({ 'content-length': 9 })
        stream.write('abc', () => void stream.destroy(new Error('failed')))
      },
    ],
    [
      'stalled',
      'the body stops',
      (stream) => {
        stream.respond()
        stream.write('abc')
      },
    ],
    ['complete', 'a HEAD has no body', (stream) => stream.respond({}, { endStream: true })],
  ])('has the end %s where %s', async (end, _, respond) => {
    await using pair = await Pair.start(respond)
    expect((await pair.send()).end).toBe(end)
  })

  it.each<[string, Respond]>([
    ['SERVER_STALLED', () => {}],
    ['ANSWER_BROKEN', (stream) => stream.close(2)],
    ['UNREACHABLE', (stream) => stream.session?.destroy()],
  ])('rejects with %s where there is no response', async (code, respond) => {
    await using pair = await Pair.start(respond)
    await expect(pair.send()).rejects.toMatchObject({ code })
  })

  it('rejects with the reason of the signal', async () => {
    await using pair: Pair = await Pair.start(() => pair.abort.abort(new Error('interrupted')))
    await expect(pair.send()).rejects.toThrow('interrupted')
  })

  it('connects to the endpoint in place of the host of the URL', async () => {
    await using pair = await Pair.start((stream) => stream.respond({}, { endStream: true }))
    const url = new URL('http://no-such-host.invalid/')
    const endpoint = { host: '127.0.0.1', port: pair.port }
    expect((await pair.send({ url, endpoint })).status).toBe(200)
  })
})
