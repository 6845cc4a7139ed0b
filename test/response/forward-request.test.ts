import { once } from 'node:events'
import { connect as connectHttp2 } from 'node:http2'
import { createServer as createSecureServer } from 'node:https'
import net, { type AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { FRONTS } from '../fixture/forwarding-front.js'
import { RawClient } from '../fixture/raw-http.js'
import { ScriptedServer } from '../fixture/scripted-server.js'
import { tls } from '../fixture/tls.js'

/** The URL of a port on which nothing listens. */
async function unusedOrigin(): Promise<string> {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return `http://127.0.0.1:${port}`
}

/** An origin that sends `response`, unchanged, when it receives the first bytes of a connection. */
async function rawOrigin(response: string) {
  const server = net.createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end(response))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.close()
      await once(server, 'close')
    },
  }
}

const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`

describe.each(FRONTS)('A request forwarded by %s', (front, start) => {
  const isProxyCommand = front === 'lastbyte proxy'

  it('is sent without hop-by-hop fields, and so is its response, whose trailer fields are kept', async () => {
    await using origin = await ScriptedServer.start((_request, response) => {
      const fields = { connection: 'x-hop', 'x-hop': '1', 'x-own': 'kept', trailer: 'x-late' }
      response.writeHead(200, fields)
      response.addTrailers({ 'x-late': '1' })
      response.end('ok')
    })
    await using proxy = await start(origin.url)
    using client = new RawClient(proxy.port)
    const fields = { Connection: 'close, x-hop', 'X-Hop': '1', TE: 'trailers', 'X-Own': 'kept' }
    client.request('/f', { ...fields, 'Content-Length': '0' }, 'POST')
    const response = await client.closed()
    expect(response.body.toString()).toBe(`${chunk('ok')}0\r\nX-Late: 1\r\n\r\n`)
    expect(response.fields['x-own']).toBe('kept')
    expect(response.fields).not.toHaveProperty('x-hop')
    expect(response.fields.trailer).toBe('x-late')
    const { headers } = origin.requests[0] ?? {}
    expect(headers).toMatchObject({ 'x-own': 'kept', host: new URL(origin.url).host })
    expect(headers).not.toHaveProperty('x-hop')
    expect(headers).not.toHaveProperty('te')
  })

  it('is recorded as a transfer', async () => {
    await using origin = await ScriptedServer.start((request, response) => {
      request.resume().on('end', () => response.writeHead(201).end('stored'))
    })
    await using proxy = await start(origin.url)
    using client = new RawClient(proxy.port)
    client.request('/f?q=1', { Connection: 'close', 'Content-Length': '3' }, 'PUT')
    client.socket.write('abc')
    await client.closed()
    await expect
      .poll(proxy.transfers)
      .toMatchObject([{ method: 'PUT', path: '/f', status: 201, bytes: 6, outcome: 'complete' }])
  })

  it.each([204, 304])('gets a response without a body for status %i', async (status) => {
    await using origin = await ScriptedServer.start((request, response) => {
      request.resume().on('end', () => response.writeHead(status, { etag: '"a"' }).end())
    })
    await using proxy = await start(origin.url)
    using client = new RawClient(proxy.port)
    client.request('/f', { Connection: 'close', 'Content-Length': '0' }, 'POST')
    const response = await client.closed()
    expect(response).toMatchObject({ status, fields: { etag: '"a"' } })
    expect(response.body).toHaveLength(0)
    expect(response.fields).not.toHaveProperty('transfer-encoding')
  })

  it('reuses a connection to the origin', async () => {
    await using origin = await ScriptedServer.start((request, response) => {
      request.resume().on('end', () => response.end(`${request.socket.remotePort}`))
    })
    await using proxy = await start(origin.url)
    const ports = new Set<string>()
    for (const body of ['a', 'b', 'c']) {
      const url = `http://127.0.0.1:${proxy.port}/f`
      ports.add(await (await fetch(url, { method: 'POST', body })).text())
    }
    expect(ports.size).toBe(1)
  })

  it('is not sent again when the origin closes the connection instead of responding', async () => {
    let requests = 0
    await using origin = await ScriptedServer.start((request, response) => {
      requests += 1
      if (requests === 1) request.resume().on('end', () => response.end('first'))
      else request.resume().on('end', () => request.socket.destroy())
    })
    await using proxy = await start(origin.url)
    const url = `http://127.0.0.1:${proxy.port}/f`
    // The second request is sent on the connection of the first.
    expect((await fetch(url, { method: 'POST', body: 'a' })).status).toBe(200)
    expect((await fetch(url, { method: 'POST', body: 'a' })).status).toBe(502)
    expect(requests).toBe(2)
  })

  it.each(['of a known length', 'in chunks'])(
    'whose body is %s and has not arrived in full gets 502 from an unreachable origin',
    async (framing) => {
      await using proxy = await start(await unusedOrigin())
      using client = new RawClient(proxy.port)
      const isKnown = framing === 'of a known length'
      const field = isKnown ? { 'Content-Length': '9000' } : { 'Transfer-Encoding': 'chunked' }
      client.request('/f', field, 'POST')
      client.socket.write(isKnown ? 'abc' : chunk('abc'))
      const { status, fields, ended } = await client.closed()
      expect({ status, ended }).toEqual({ status: 502, ended: 'fin' })
      expect(fields['content-type']).toBe('application/problem+json')
      expect(fields['cache-control']).toBe('no-store')
      expect(fields.connection).toBe('close')
      const proxyStatus = isProxyCommand ? 'lastbyte;error=connection_refused' : undefined
      expect(fields['proxy-status']).toBe(proxyStatus)
    },
  )

  it('gets 504 from an origin that accepts it and does not respond', async () => {
    await using origin = await ScriptedServer.start((request) => void request.resume())
    await using proxy = await start(origin.url, { sourceTimeout: 100 })
    using client = new RawClient(proxy.port)
    client.request('/f', { Connection: 'close', 'Content-Length': '3' }, 'POST')
    client.socket.write('abc')
    const { status, fields } = await client.closed()
    expect(status).toBe(504)
    const proxyStatus = isProxyCommand ? 'lastbyte;error=http_response_timeout' : undefined
    expect(fields['proxy-status']).toBe(proxyStatus)
    expect(origin.requests).toHaveLength(1)
  })

  it.each([
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n', 'http_protocol_error'],
    ['an undefined status', 'HTTP/1.1 700 Odd\r\nContent-Length: 0\r\n\r\n', 'http_protocol_error'],
    [
      'another protocol',
      'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n',
      'connection_terminated',
    ],
  ])('gets 502 from an origin that sends %s', async (_what, response, error) => {
    await using origin = await rawOrigin(response)
    await using proxy = await start(origin.url)
    using client = new RawClient(proxy.port)
    client.request('/f', { Connection: 'close', 'Content-Length': '0' }, 'POST')
    const { status, fields } = await client.closed()
    expect(status).toBe(502)
    const proxyStatus = isProxyCommand ? `lastbyte;error=${error}` : undefined
    expect(fields['proxy-status']).toBe(proxyStatus)
  })

  it('gets an incomplete body, and its transfer fails, when the origin disconnects in mid-body', async () => {
    await using origin = await ScriptedServer.start((request, response) => {
      request.resume()
      response.writeHead(200, { 'content-length': 1000 })
      response.write('x'.repeat(100), () => response.destroy())
    })
    await using proxy = await start(origin.url)
    using client = new RawClient(proxy.port)
    client.request('/f', { 'Content-Length': '0' }, 'POST')
    const { fields, body, ended } = await client.closed()
    expect(fields['content-length']).toBe('1000')
    expect({ bytes: body.length, ended }).toEqual({ bytes: 100, ended: 'fin' })
    await expect.poll(proxy.transfers).toMatchObject([{ bytes: 100, outcome: 'source-failed' }])
  })

  it('may take longer than sourceTimeout for its body as long as that does not pause', async () => {
    await using origin = await ScriptedServer.start(async (request, response) => {
      response.end(String(Buffer.concat(await request.toArray()).length))
    })
    await using proxy = await start(origin.url, { sourceTimeout: 300 })
    using client = new RawClient(proxy.port)
    client.request('/f', { Connection: 'close', 'Content-Length': '10' }, 'POST')
    for (let byte = 0; byte < 10; byte += 1) {
      client.socket.write('x')
      await wait(60)
    }
    const { status, body } = await client.closed()
    expect([status, body.toString()]).toEqual([200, '10'])
  })

  it('gets the response while its body is still being sent', async () => {
    await using origin = await ScriptedServer.start((request, response) => {
      request.pipe(response)
    })
    await using proxy = await start(origin.url)
    using client = new RawClient(proxy.port)
    client.request('/f', { 'Transfer-Encoding': 'chunked' }, 'POST')
    client.socket.write(chunk('first'))
    while (!client.received.includes('first')) await once(client.socket, 'data')
    client.socket.write(`${chunk('second')}0\r\n\r\n`)
    const { status, body } = await client.closed()
    expect(status).toBe(200)
    expect(body.toString()).toBe(`${chunk('first')}${chunk('second')}0\r\n\r\n`)
  })

  it('gets the response of an origin that does not wait for the body, and then a closed connection', async () => {
    await using origin = await ScriptedServer.start((_request, response) => {
      response.writeHead(413, { 'content-length': 5 }).end('large')
    })
    await using proxy = await start(origin.url)
    using client = new RawClient(proxy.port)
    client.request('/f', { 'Content-Length': '1000000' }, 'POST')
    client.socket.write('x'.repeat(1000))
    const { status, fields, body, ended } = await client.closed()
    expect({ status, body: body.toString(), ended }).toEqual({
      status: 413,
      body: 'large',
      ended: 'fin',
    })
    expect(fields.connection).toBe('close')
    const socket = origin.requests[0]?.socket
    if (socket?.destroyed === false) await once(socket, 'close')
  })

  it('over HTTP/2 gets a complete early response, then RST_STREAM with NO_ERROR', async () => {
    await using origin = await ScriptedServer.start((_request, response) => {
      response.writeHead(413, { 'content-length': 5 }).end('large')
    })
    await using proxy = await start(origin.url, { tls: true })
    const session = connectHttp2(`https://127.0.0.1:${proxy.port}`, { rejectUnauthorized: false })
    const stream = session.request({ ':method': 'POST', ':path': '/f' }, { endStream: false })
    stream.write('x'.repeat(1000))
    const received: unknown[] = []
    stream.on('response', (headers) => received.push(headers[':status']))
    stream.on('data', (bytes: Buffer) => received.push(bytes.toString()))
    stream.on('end', () => received.push('end'))
    await once(stream, 'close')
    expect(received).toEqual([413, 'large', 'end'])
    expect(stream.rstCode).toBe(0)
    session.close()
  })

  it.each(['in the upload', 'before the response', 'in the response'])(
    'is aborted at the origin when its client disconnects %s',
    async (when) => {
      let arrived = () => {}
      const arrival = new Promise<void>((resolve) => {
        arrived = resolve
      })
      let left: Promise<unknown> = Promise.resolve()
      await using origin = await ScriptedServer.start((request, response) => {
        request.on('error', () => {})
        left = once(response, 'close')
        request.once('data', () => {
          if (when === 'in the response') response.write('some')
          arrived()
        })
      })
      await using proxy = await start(origin.url)
      using client = new RawClient(proxy.port)
      client.request('/f', { 'Content-Length': when === 'in the upload' ? '9' : '3' }, 'POST')
      client.socket.write('abc')
      await arrival
      if (when === 'in the response') await client.until(1)
      client.socket.destroy()
      await left
    },
  )

  it('is sent to an origin whose host is an IPv6 address', async (context) => {
    const server = net.createServer().listen(0, '::1')
    const hasIpv6 = await once(server, 'listening').then(
      () => true,
      () => false,
    )
    if (!hasIpv6) return context.skip()
    const { port } = server.address() as AddressInfo
    let head = ''
    server.on('connection', (socket) => {
      socket.once('data', (bytes) => {
        head = bytes.toString()
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nv6')
      })
    })
    await using proxy = await start(`http://[::1]:${port}/base`)
    const response = await fetch(`http://127.0.0.1:${proxy.port}/f`, { method: 'POST' })
    expect(await response.text()).toBe('v6')
    expect(head).toMatch(/^POST \/base\/f HTTP\/1.1\r\n/)
    expect(head.toLowerCase()).toContain(`\r\nhost: [::1]:${port}\r\n`)
    server.close()
  })

  it.each([
    [true, 200, undefined],
    [false, 502, 'lastbyte;error=tls_certificate_error'],
  ])(
    'with insecure: %s gets %i from an origin whose certificate is self-signed',
    async (insecure, status, error) => {
      const server = createSecureServer(tls, (_request, response) => response.end('ok'))
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      const { port } = server.address() as AddressInfo
      {
        await using proxy = await start(`https://127.0.0.1:${port}`, { insecure })
        const response = await fetch(`http://127.0.0.1:${proxy.port}/f`, { method: 'POST' })
        expect(response.status).toBe(status)
        expect(response.headers.get('proxy-status') ?? undefined).toBe(
          isProxyCommand ? error : undefined,
        )
      }
      server.close()
      await once(server, 'close')
    },
  )
})
