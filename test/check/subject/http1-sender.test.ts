import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { Http1Sender } from '../../../src/check/subject/http1-sender.js'
import type { WireRequest } from '../../../src/check/subject/sender.js'
import { RawOrigin } from '../../fixture/raw-origin.js'

const TIMEOUT = 1_000

class Sending implements Disposable {
  bytes = 0
  readonly abort = new AbortController()
  readonly sender = new Http1Sender({
    timeout: TIMEOUT,
    insecure: false,
    onBytes: (bytes) => {
      this.bytes += bytes
    },
    signal: this.abort.signal,
  })

  send(url: string, request: Partial<WireRequest> = {}) {
    return this.sender.send({
      url: new URL(url),
      method: 'GET',
      version: '1.1',
      fields: { host: 'a' },
      read: Number.POSITIVE_INFINITY,
      connection: 'kept',
      endpoint: undefined,
      onLeave: undefined,
      ...request,
    })
  }

  [Symbol.dispose]() {
    this.sender.close()
  }
}

/** A server of node:http, whose connections are kept. */
async function keptServer(respond: RequestListener) {
  const server = createServer(respond)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

describe('a request over HTTP/1', () => {
  it('by HEAD has its response where the server sends a body in spite of it', async () => {
    await using origin = await RawOrigin.sending(
      'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc',
    )
    using on = new Sending()
    const exchange = await on.send(origin.url, { method: 'HEAD' })
    expect([exchange.status, exchange.body.length, exchange.end]).toEqual([200, 0, 'complete'])
  })

  it('is sent with its fields, and the lines of the response are as received', async () => {
    await using origin = await RawOrigin.sending(
      'HTTP/1.1 200 OK\r\neTaG: "a"\r\nX: 1\r\nX: 2\r\nContent-Length: 3\r\n\r\nabc',
    )
    using on = new Sending()
    const exchange = await on.send(`${origin.url}/f?x=%2f`, {
      fields: { host: 'a', range: 'bytes=0-' },
    })
    expect(origin.requests[0]?.line).toBe('GET /f?x=%2f HTTP/1.1')
    expect(origin.requests[0]?.fields).toEqual(
      expect.arrayContaining(['Host: a', 'Range: bytes=0-', 'Connection: keep-alive']),
    )
    expect(exchange.lines.slice(0, 3)).toEqual([
      ['eTaG', '"a"'],
      ['X', '1'],
      ['X', '2'],
    ])
    expect(exchange).toMatchObject({
      status: 200,
      version: '1.1',
      end: 'complete',
      isReused: false,
    })
    expect(exchange.body.toString()).toBe('abc')
  })

  it('says HTTP/1.0 and close where that is the version', async () => {
    await using origin = await RawOrigin.sending('HTTP/1.0 200 OK\r\n\r\nabc')
    using on = new Sending()
    const exchange = await on.send(origin.url, { version: '1.0' })
    expect(origin.requests[0]?.line).toBe('GET / HTTP/1.0')
    expect(origin.requests[0]?.fields).toContain('Connection: close')
    expect(exchange).toMatchObject({ version: '1.0', end: 'complete' })
  })

  it('uses the connection of the one before, unless a new one is wanted', async () => {
    await using server = await keptServer((_, response) => response.end('abc'))
    using on = new Sending()
    expect((await on.send(server.url)).isReused).toBe(false)
    expect((await on.send(server.url)).isReused).toBe(true)
    expect((await on.send(server.url, { connection: 'new' })).isReused).toBe(false)
  })

  it('reads no more of the body than is wanted, and closes the connection', async () => {
    await using server = await keptServer((_, response) => response.end('x'.repeat(1_000_000)))
    using on = new Sending()
    const exchange = await on.send(server.url, { read: 10 })
    expect(exchange).toMatchObject({ end: 'left' })
    expect(exchange.body.toString()).toBe('x'.repeat(10))
    expect((await on.send(server.url, { read: 0 })).isReused).toBe(false)
    expect(on.bytes).toBeLessThan(300_000)
  })

  it('keeps the connection where the body has exactly as many bytes as wanted', async () => {
    await using server = await keptServer((_, response) => response.end('abc'))
    using on = new Sending()
    expect(await on.send(server.url, { read: 3 })).toMatchObject({ end: 'complete' })
    expect(await on.send(server.url, { method: 'HEAD', read: 0 })).toMatchObject({
      end: 'complete',
      isReused: true,
    })
  })

  it('counts the bytes of header sections and bodies', async () => {
    const response = 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc'
    await using origin = await RawOrigin.sending(response)
    using on = new Sending()
    await on.send(origin.url)
    expect(on.bytes).toBe(response.length)
  })

  it.each([
    ['short', 'before its Content-Length', 'Content-Length: 9\r\n\r\nabc'],
    ['short', 'without the last chunk', 'Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n'],
    ['complete', 'at the end of the connection', '\r\nabc'],
  ])('has the end %s where the body ends %s', async (end, _, rest) => {
    await using origin = await RawOrigin.sending(`HTTP/1.1 200 OK\r\n${rest}`)
    using on = new Sending()
    const exchange = await on.send(origin.url)
    expect(exchange.end).toBe(end)
    expect(exchange.body.toString()).toBe('abc')
  })

  it('has the end reset where the server resets the connection', async () => {
    await using origin = await RawOrigin.start((_, socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc', () => {
        socket.resetAndDestroy()
      })
    })
    using on = new Sending()
    expect((await on.send(origin.url)).end).toMatch(/^(reset|short)$/)
  })

  it('has the end stalled where the body stops', async () => {
    await using origin = await RawOrigin.start((_, socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc')
    })
    using on = new Sending()
    expect((await on.send(origin.url)).end).toBe('stalled')
  })

  it.each<[string, string, Parameters<typeof RawOrigin.start>[0]]>([
    ['SERVER_STALLED', 'sent no response within 1000 ms', () => {}],
    [
      'UNREACHABLE',
      'it closed the connection without a response',
      (_, socket) => void socket.end(),
    ],
    ['ANSWER_BROKEN', 'sent no HTTP response', (_, socket) => void socket.end('SSH-2.0-x\r\n')],
  ])('rejects with %s where there is no response: %s', async (code, message, script) => {
    await using origin = await RawOrigin.start(script)
    using on = new Sending()
    await expect(on.send(origin.url)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    })
  })

  it('connects to the endpoint in place of the host of the URL', async () => {
    await using origin = await RawOrigin.sending('HTTP/1.1 204 No Content\r\n\r\n')
    using on = new Sending()
    const endpoint = { host: '127.0.0.1', port: Number(new URL(origin.url).port) }
    const exchange = await on.send('http://no-such-host.invalid/', { endpoint })
    expect(exchange.status).toBe(204)
  })

  it('rejects with the reason of the signal', async () => {
    await using origin = await RawOrigin.start((_, socket) => {
      socket.write('HTTP/1.1 200 OK\r\n')
      on.abort.abort(new Error('interrupted'))
    })
    using on = new Sending()
    await expect(on.send(origin.url)).rejects.toThrow('interrupted')
  })
})
