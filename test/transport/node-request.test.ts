import { once } from 'node:events'
import { Agent, type IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type NodeRequest, sendNodeRequest } from '../../src/transport/node-request.js'
import { type Script, ScriptedServer } from '../fixture/scripted-server.js'

async function textOf(body: AsyncIterator<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for (let next = await body.next(); !next.done; next = await body.next()) chunks.push(next.value)
  return Buffer.concat(chunks).toString()
}

describe('sendNodeRequest', () => {
  let agent: Agent
  beforeEach(() => {
    agent = new Agent({ keepAlive: true })
  })
  afterEach(() => agent.destroy())

  const send = (server: ScriptedServer, request: Partial<NodeRequest> = {}) =>
    sendNodeRequest({
      agent,
      url: new URL(server.url),
      fields: {},
      signal: new AbortController().signal,
      ...request,
    })

  const echo: Script = async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString()
    response.end(JSON.stringify([request.method, request.url, body]))
  }

  it('resolves with the header section, and joins the lines of one field', async () => {
    await using server = await ScriptedServer.start((_request, response) => {
      response.writeHead(203, { 'x-many': ['a', 'b'], 'content-length': 2 }).end('ok')
    })
    const response = await send(server)
    expect(response).toMatchObject({ status: 203, httpVersion: '1.1' })
    expect(response.field('x-many')).toBe('a, b')
    expect(response.field('x-none')).toBeUndefined()
    expect(await textOf(response.body)).toBe('ok')
  })

  it('sends each byte of a field, also of Content-Disposition beside Content-Length', async () => {
    await using server = await ScriptedServer.start(echo)
    const bytes = (text: string) => Buffer.from(text).toString('latin1')
    const disposition = bytes('a; filename="日Ċ"')
    const body = Readable.from([Buffer.from('ok')])
    const fields = {
      'content-length': '2',
      'content-disposition': disposition,
      'x-own': '日',
      'x-latin': '\xfc',
      etag: undefined,
    }
    await send(server, { method: 'POST', fields, body })
    const { rawHeaders = [] } = server.requests[0] ?? {}
    const lines = rawHeaders.flatMap((name, at) =>
      at % 2 === 0 ? [`${name}: ${rawHeaders[at + 1]}`] : [],
    )
    expect(lines.slice(0, 4)).toEqual([
      `Content-Disposition: ${disposition}`,
      `X-Own: ${bytes('日')}`,
      'X-Latin: \xfc',
      'Content-Length: 2',
    ])
  })

  it('rejects with BAD_FIELD for a field that can’t be sent', async () => {
    await using server = await ScriptedServer.start(echo)
    await expect(send(server, { fields: { 'x-own': 'a\r\nb: c' } })).rejects.toMatchObject({
      code: 'BAD_FIELD',
      facts: { field: 'x-own' },
    })
    expect(server.requests).toEqual([])
  })

  it('sends the path of the URL, or the target in its place, which is not normalized', async () => {
    await using server = await ScriptedServer.start(echo)
    const plain = await send(server, { url: new URL(`${server.url}/a/../b?q=1`) })
    expect(JSON.parse(await textOf(plain.body))).toEqual(['GET', '/b?q=1', ''])
    for (const target of ['/f?', '/f', '/@a%2fb;c%3B?a=%27', '/?']) {
      const { body } = await send(server, { url: new URL(`${server.url}${target}#x?`) })
      expect(JSON.parse(await textOf(body))).toEqual(['GET', target, ''])
    }
    const target = '/a/../b?q=1'
    const exact = await send(server, { url: new URL(server.url), target })
    expect(JSON.parse(await textOf(exact.body))).toEqual(['GET', target, ''])
  })

  it.each([
    ['content-length', '6'],
    ['transfer-encoding', 'chunked'],
  ])('sends the body of a DELETE that is framed by %s', async (name, value) => {
    await using server = await ScriptedServer.start(echo)
    const chunks: string[] = []
    const response = await send(server, {
      method: 'DELETE',
      fields: { [name]: value },
      body: Readable.from(['abc', 'def'], { objectMode: false }),
      onBodyChunk: () => chunks.push('chunk'),
    })
    expect(JSON.parse(await textOf(response.body))).toEqual(['DELETE', '/', 'abcdef'])
    expect(chunks.length).toBeGreaterThan(0)
  })

  it('reads no more of a body than the server takes and buffers hold', async () => {
    const size = 64 * 1024 * 1024
    let arrive = (_request: IncomingMessage) => {}
    const arrived = new Promise<IncomingMessage>((resolve) => {
      arrive = resolve
    })
    await using server = await ScriptedServer.start((request) => arrive(request))
    let read = 0
    const chunk = Buffer.alloc(64 * 1024)
    const body = new Readable({
      read() {
        read += chunk.length
        this.push(read > size ? null : chunk)
      },
    })
    const response = send(server, {
      method: 'PUT',
      fields: { 'content-length': size },
      body,
    })
    const incoming = await arrived
    let before = -1
    const hasStopped = () => {
      const isSame = read === before
      before = read
      return isSame
    }
    await expect.poll(hasStopped, { interval: 100, timeout: 10_000 }).toBe(true)
    expect(read).toBeLessThan(size / 2)
    let bytes = 0
    for await (const each of incoming) bytes += each.length
    expect(bytes).toBe(size)
    response.catch(() => {})
  })

  it('rejects when the body fails, and closes the connection', async () => {
    await using server = await ScriptedServer.start((request) => request.on('error', () => {}))
    const failure = new Error('the disk is gone')
    const body = Readable.from(
      (async function* () {
        yield 'abc'
        throw failure
      })(),
    )
    const fields = { 'transfer-encoding': 'chunked' }
    await expect(send(server, { method: 'POST', fields, body })).rejects.toBe(failure)
  })

  it('rejects when the body is closed before its end', async () => {
    await using server = await ScriptedServer.start((request) => request.on('error', () => {}))
    const body = new Readable({ read() {} })
    body.push('abc')
    body.once('data', () => body.destroy())
    const fields = { 'transfer-encoding': 'chunked' }
    await expect(send(server, { method: 'POST', fields, body })).rejects.toThrow(/ended early/)
  })

  it('leaves the body stream open when the request fails', async () => {
    await using server = await ScriptedServer.start((request) => request.socket.destroy())
    const body = new Readable({ read() {} })
    body.push('abc')
    const fields = { 'transfer-encoding': 'chunked' }
    await expect(send(server, { method: 'POST', fields, body })).rejects.toThrow()
    expect(body.destroyed).toBe(false)
  })

  it('says when the request has a connection, a new one or one that is used again', async () => {
    await using server = await ScriptedServer.start(echo)
    let connected = 0
    const onConnected = () => {
      connected += 1
    }
    for (const nth of [1, 2]) {
      await textOf((await send(server, { onConnected })).body)
      expect(connected).toBe(nth)
    }
    expect(server.requests[0]?.socket).toBe(server.requests[1]?.socket)
  })

  it('rejects where the server switches to another protocol', async () => {
    await using server = await ScriptedServer.start((request) => {
      request.socket.end(
        'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n',
      )
    })
    await expect(send(server)).rejects.toThrow(/without a response/)
  })

  it('ends the request when the signal is aborted', async () => {
    const stop = new AbortController()
    let closed: Promise<unknown> = Promise.resolve()
    await using server = await ScriptedServer.start((_request, response) => {
      closed = once(response, 'close')
      stop.abort()
    })
    await expect(send(server, { signal: stop.signal })).rejects.toThrow()
    await closed
  })
})
