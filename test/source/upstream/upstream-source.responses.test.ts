import { createHash } from 'node:crypto'
import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { upstreamSource } from '../../../src/source/upstream/upstream-source.js'
import { serverWith } from '../../fixture/application.js'
import { Folder, pattern } from '../../fixture/files.js'
import { ProxyWithOrigin } from '../../fixture/proxy-with-origin.js'
import { RawClient } from '../../fixture/raw-http.js'
import { inTurn, type Script, ScriptedServer, serve } from '../../fixture/scripted-server.js'
import { tls } from '../../fixture/tls.js'

const CONTENT = pattern(100_000)
const ETAG = { etag: '"v1"' }
const whole = serve(CONTENT, ETAG)

const responds =
  (status: number, fields: Record<string, string> = {}, body = ''): Script =>
  (_request, response) =>
    void response.writeHead(status, { 'content-length': body.length, ...fields }).end(body)

describe('a request to an upstream source', () => {
  it.each([
    ['the whole', {}, 200, CONTENT],
    ['a range', { Range: 'bytes=100-199' }, 206, CONTENT.subarray(100, 200)],
    ['the rest', { Range: 'bytes=99990-' }, 206, CONTENT.subarray(99_990)],
    ['a suffix', { Range: 'bytes=-10' }, 206, CONTENT.subarray(99_990)],
  ])('for %s is one request to the origin', async (_what, fields, status, bytes) => {
    const script: Script = (request, response) => {
      const range = request.headers.range?.replace('=-10', '=99990-')
      whole({ ...request, headers: { ...request.headers, range } } as never, response)
    }
    await using relay = await ProxyWithOrigin.start(script)
    const response = await relay.get('/f', fields as Record<string, string>)
    expect(response.status).toBe(status)
    expect(response.body.equals(bytes)).toBe(true)
    expect(relay.originRequests).toHaveLength(1)
  })

  it('for several ranges is one request each, all pinned to one version', async () => {
    await using relay = await ProxyWithOrigin.start(whole)
    const { status, body } = await relay.get('/f', { Range: 'bytes=0-9,50000-50009' })
    expect(status).toBe(206)
    expect(body.includes(CONTENT.subarray(50_000, 50_010))).toBe(true)
    expect(relay.originRequests.map(({ range }) => range)).toEqual([
      'bytes=0-9',
      'bytes=50000-50009',
    ])
    expect(relay.originRequests[1]).toMatchObject({ 'if-match': '"v1"' })
  })

  it('for several ranges of a response without a validator gets the whole, never two versions', async () => {
    await using relay = await ProxyWithOrigin.start(serve(CONTENT, {}))
    const { status, body } = await relay.get('/f', { Range: 'bytes=0-9,50000-50009' })
    expect(status).toBe(200)
    expect(body.equals(CONTENT)).toBe(true)
  })

  it('for a range of an origin without ranges gets the whole, with Accept-Ranges: none', async () => {
    const script: Script = (_request, response) => {
      response.writeHead(200, { ...ETAG, 'content-length': CONTENT.length }).end(CONTENT)
    }
    await using relay = await ProxyWithOrigin.start(script)
    const { status, fields } = await relay.get('/f', { Range: 'bytes=5-9' })
    expect([status, fields['accept-ranges']]).toEqual([200, 'none'])
    const same = { Range: 'bytes=5-9', 'If-Range': '"v1"' }
    expect((await relay.get('/f', same)).body.equals(CONTENT)).toBe(true)
  })

  it('with a stale If-Range gets a 200 that still has Accept-Ranges: bytes', async () => {
    const judges: Script = (request, response) => {
      const { range: _range, ...headers } = request.headers
      const isStale = request.headers['if-range'] !== '"v1"'
      whole((isStale ? { ...request, headers } : request) as never, response)
    }
    await using relay = await ProxyWithOrigin.start(judges)
    const stale = await relay.get('/f', { Range: 'bytes=5-9', 'If-Range': '"old"' })
    expect([stale.status, stale.fields['accept-ranges']]).toEqual([200, 'bytes'])
    const fresh = await relay.get('/f', { Range: 'bytes=5-9', 'If-Range': '"v1"' })
    expect([fresh.status, fresh.fields['accept-ranges']]).toEqual([206, 'bytes'])
  })

  it('with a precondition gets a 304 or 412, whether the origin evaluates it or not', async () => {
    const judges: Script = (request, response) =>
      request.headers['if-none-match'] === '"v1"'
        ? void response.writeHead(304, { ...ETAG, 'cache-control': 'max-age=60' }).end()
        : whole(request, response)
    for (const [script, requests] of [
      [judges, 1],
      [whole, 1],
    ] as const) {
      await using relay = await ProxyWithOrigin.start(script)
      const { status, fields, body } = await relay.get('/f', { 'If-None-Match': '"v1"' })
      expect([status, fields.etag, body.length]).toEqual([304, '"v1"', 0])
      expect((await relay.get('/f', { 'If-Match': '"v2"' })).status).toBe(412)
      expect(relay.originRequests).toHaveLength(requests + 1)
    }
  })

  describe('to an origin that evaluates dates beside tags, as nginx does,', () => {
    const modified = 'Thu, 01 Jan 2026 00:00:00 GMT'
    const older = 'Wed, 01 Jan 2025 00:00:00 GMT'
    const fields = { ...ETAG, 'last-modified': modified }
    const judges: Script = (request, response) => {
      const { headers } = request
      const unmodified = headers['if-unmodified-since']
      const since = headers['if-modified-since']
      if (unmodified !== undefined && unmodified !== modified) {
        return void response.writeHead(412, fields).end()
      }
      const isUnchanged = headers['if-none-match'] === '"v1"' || since === modified
      if (isUnchanged && (since === undefined || since === modified)) {
        return void response.writeHead(304, fields).end()
      }
      serve(CONTENT, fields)(request, response)
    }

    it.each<[string, Record<string, string>, number]>([
      ['a current If-Match', { 'If-Match': '"v1"', 'If-Unmodified-Since': older }, 200],
      ['an If-Match of *', { 'If-Match': '*', 'If-Unmodified-Since': older }, 200],
      ['a stale If-Match', { 'If-Match': '"v0"', 'If-Unmodified-Since': modified }, 412],
      ['a current If-None-Match', { 'If-None-Match': '"v1"', 'If-Modified-Since': older }, 304],
      ['a stale If-None-Match', { 'If-None-Match': '"v0"', 'If-Modified-Since': modified }, 200],
      ['no If-Match', { 'If-Unmodified-Since': older }, 412],
      ['no If-None-Match', { 'If-Modified-Since': modified }, 304],
    ])('with %s beside a date gets what RFC 9110 §13.2.2 says', async (_what, sent, status) => {
      await using relay = await ProxyWithOrigin.start(judges)
      expect((await relay.get('/f', sent)).status).toBe(status)
    })
  })

  it('with HEAD is a HEAD, then a GET of one byte if the origin refuses HEAD', async () => {
    await using plain = await ProxyWithOrigin.start(whole)
    const head = await plain.get('/f', { Range: 'bytes=0-1' }, 'HEAD')
    expect([head.status, head.fields['content-length']]).toEqual([200, '100000'])
    expect(plain.origin.requests[0]?.method).toBe('HEAD')
    expect(plain.originRequests[0]?.range).toBeUndefined()

    const signed: Script = (request, response) =>
      request.method === 'HEAD' ? void response.writeHead(403).end() : whole(request, response)
    await using relay = await ProxyWithOrigin.start(signed)
    const { status, fields, body } = await relay.get('/f?signature=x', {}, 'HEAD')
    expect([status, fields['content-length'], body.length]).toEqual([200, '100000', 0])
    expect(relay.originRequests[1]?.range).toBe('bytes=0-0')
    expect(relay.origin.requests[1]?.url).toBe('/f?signature=x')
  })
})

describe('an upstream source passes on', () => {
  it("the origin's end-to-end fields, with this server in Via, and no field of the connection", async () => {
    const fields = {
      ...ETAG,
      'cache-control': 'max-age=60',
      'content-type': 'video/x-test',
      'content-disposition': 'attachment; filename="a"',
      connection: 'x-hop',
      'x-hop': 'secret',
      'x-own': 'yes',
      via: '1.1 cache',
    }
    await using relay = await ProxyWithOrigin.start(serve(CONTENT, fields))
    const { fields: received } = await relay.get()
    expect(received).toMatchObject({
      etag: '"v1"',
      'cache-control': 'max-age=60',
      'content-type': 'video/x-test',
      'content-disposition': 'attachment; filename="a"',
      'x-own': 'yes',
      via: '1.1 cache, 1.1 lastbyte',
    })
    expect(received).not.toHaveProperty('x-hop')
  })

  it("only those of the client's fields that the options allow", async () => {
    const personal = { Authorization: 'Bearer x', Cookie: 'a=b', 'X-Own': '1', TE: 'trailers' }
    await using closed = await ProxyWithOrigin.start(whole, {
      upstream: { fields: { 'X-Token': 't' } },
    })
    await closed.get('/f', personal)
    expect(closed.originRequests[0]).toMatchObject({ via: '1.1 lastbyte', 'x-token': 't' })
    for (const name of ['authorization', 'cookie', 'x-own', 'te', 'x-forwarded-for']) {
      expect(closed.originRequests[0]).not.toHaveProperty(name)
    }

    await using open = await ProxyWithOrigin.start(whole, {
      upstream: { forward: 'all', forwarded: true },
    })
    await open.get('/f', { ...personal, Via: '1.0 before', 'X-Forwarded-For': '10.0.0.1' })
    expect(open.originRequests[0]).toMatchObject({
      authorization: 'Bearer x',
      cookie: 'a=b',
      'x-own': '1',
      via: '1.0 before, 1.1 lastbyte',
      'x-forwarded-for': '10.0.0.1, 127.0.0.1',
      'x-forwarded-host': 'localhost',
      'x-forwarded-proto': 'http',
    })
    expect(open.originRequests[0]).not.toHaveProperty('te')
  })

  it('a body with a content coding unchanged, and without resuming it', async () => {
    const gzip = { ...ETAG, 'content-encoding': 'gzip' }
    await using relay = await ProxyWithOrigin.start(serve(CONTENT, gzip))
    const { fields, body } = await relay.get()
    expect(fields).toMatchObject({ 'content-encoding': 'gzip', 'content-length': '100000' })
    expect(body.equals(CONTENT)).toBe(true)
    await using dying = await ProxyWithOrigin.start(serve(CONTENT, gzip, { cut: 40_000 }))
    const short = await dying.get()
    expect([short.body.length, short.ended]).toEqual([40_000, 'fin'])
    expect(dying.originRequests).toHaveLength(1)
  })

  it('a body of unknown length to its end', async () => {
    await using relay = await ProxyWithOrigin.start((_request, response) => {
      response.writeHead(200, ETAG)
      response.write('one ')
      response.end('two')
    })
    const response = await fetch(`${relay.front.url}/f`)
    expect(await response.text()).toBe('one two')
    expect(response.headers.get('content-length')).toBeNull()
  })

  it.each([
    [400, {}, 'bad'],
    [401, { 'www-authenticate': 'Bearer' }, 'who are you'],
    [403, {}, 'no'],
    [404, { 'content-type': 'text/html' }, '<h1>lost</h1>'],
    [410, {}, 'gone'],
    [416, { 'content-range': 'bytes */5' }, ''],
    [429, { 'retry-after': '7' }, 'slow down'],
    [501, {}, 'what'],
  ])('a %i at once, with its fields and its body', async (status, fields, text) => {
    await using relay = await ProxyWithOrigin.start(
      responds(status, fields as Record<string, string>, text),
    )
    const response = await relay.get()
    expect(response.status).toBe(status)
    expect(response.fields).toMatchObject(fields)
    expect(response.body.toString()).toBe(text)
    expect(relay.originRequests).toHaveLength(1)
  })

  it.each([500, 502, 503, 504])(
    'a %i only if it is still the response after retries',
    async (status) => {
      await using relay = await ProxyWithOrigin.start(responds(status, {}, 'broken'), {
        upstream: { openFor: 150 },
      })
      const { status: received, body, fields } = await relay.get()
      expect([received, body.toString()]).toEqual([status, 'broken'])
      expect(fields['proxy-status']).toBe(`lastbyte;received-status=${status}`)
      expect(relay.originRequests.length).toBeGreaterThan(1)
      await using passing = await ProxyWithOrigin.start(
        inTurn(responds(status), responds(status), whole),
      )
      expect((await passing.get()).status).toBe(200)
    },
  )
})

describe('a redirect of the origin', () => {
  it('is followed within the origin', async () => {
    const script: Script = (request, response) =>
      request.url === '/f'
        ? void response.writeHead(302, { location: '/elsewhere' }).end()
        : whole(request, response)
    await using relay = await ProxyWithOrigin.start(script)
    expect((await relay.get()).body.equals(CONTENT)).toBe(true)
  })

  it('to another origin is passed on, or followed without credentials if the options allow it', async () => {
    await using other = await ScriptedServer.start(whole)
    const script = responds(302, { location: `${other.url}/there` })
    await using closed = await ProxyWithOrigin.start(script)
    const { status, fields } = await closed.get()
    expect([status, fields.location]).toEqual([302, `${other.url}/there`])
    expect(other.requests).toHaveLength(0)

    const upstream = { redirects: [other.url], forward: 'all', fields: { 'X-Token': 't' } } as const
    await using open = await ProxyWithOrigin.start(script, { upstream })
    const received = await open.get('/f', { Authorization: 'Bearer x', Cookie: 'a=b' })
    expect(received.body.equals(CONTENT)).toBe(true)
    expect(open.originRequests[0]).toMatchObject({ authorization: 'Bearer x', 'x-token': 't' })
    for (const name of ['authorization', 'cookie', 'x-token']) {
      expect(other.requests[0]?.headers).not.toHaveProperty(name)
    }
  })

  it('that only adds a slash is made for the path of this server, and a redirect loop is a 502', async () => {
    await using folder = await ProxyWithOrigin.start(responds(301, { location: '/files/dir/' }), {
      files: { prefix: '/here/' },
    })
    const { status, fields } = await folder.get('/here/files/dir?q=1')
    expect([status, fields.location]).toEqual([301, '/here/files/dir/?q=1'])
    await using circle = await ProxyWithOrigin.start(responds(302, { location: '/f' }))
    const round = await circle.get()
    expect([round.status, round.fields['proxy-status']]).toEqual([
      502,
      'lastbyte;error=http_protocol_error',
    ])
  })
})

describe('an origin without a usable response', () => {
  const refused = { openFor: 100 }

  async function getFrom(origin: string, upstream = {}, fields: Record<string, string> = {}) {
    const source = upstreamSource({ origin, stall: 200, ...refused, ...upstream })
    await using front = await serverWith({ source })
    using client = new RawClient(front.port)
    client.request('/f', { Connection: 'close', ...fields })
    const { status, fields: received, body } = await client.closed()
    return { status, proxyStatus: received['proxy-status'], type: received['content-type'], body }
  }

  async function tcp(onConnection: (socket: net.Socket) => void) {
    const sockets = new Set<net.Socket>()
    const server = net.createServer((socket) => {
      sockets.add(socket.on('error', () => {}))
      onConnection(socket)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    return {
      url: `http://127.0.0.1:${port}`,
      tls: `https://127.0.0.1:${port}`,
      async [Symbol.asyncDispose]() {
        for (const socket of sockets) socket.destroy()
        server.close()
        await once(server, 'close')
      },
    }
  }

  it('that refuses connections is a 502 connection_refused', async () => {
    let url: string
    {
      await using closed = await tcp(() => {})
      url = closed.url
    }
    const { status, proxyStatus, type, body } = await getFrom(url)
    expect([status, proxyStatus]).toEqual([502, 'lastbyte;error=connection_refused'])
    expect(type).toBe('application/problem+json')
    expect(body.toString()).not.toContain('ECONNREFUSED')
  })

  it('whose name does not exist is a 502 dns_error, without retries', async () => {
    const began = performance.now()
    const { status, proxyStatus } = await getFrom(`http://${'x'.repeat(64)}.example`, {
      openFor: 9000,
    })
    expect([status, proxyStatus]).toEqual([502, 'lastbyte;error=dns_error'])
    expect(performance.now() - began).toBeLessThan(5000)
  })

  it('without TLS behind https: is a 502 tls_protocol_error', async () => {
    await using plain = await tcp((socket) => void socket.end('HTTP/1.1 400 what\r\n\r\n'))
    const { status, proxyStatus } = await getFrom(plain.tls)
    expect([status, proxyStatus]).toEqual([502, 'lastbyte;error=tls_protocol_error'])
  })

  it('that sends no header section in time is a 504 http_response_timeout', async () => {
    await using silent = await tcp(() => {})
    const { status, proxyStatus } = await getFrom(silent.url)
    expect([status, proxyStatus]).toEqual([504, 'lastbyte;error=http_response_timeout'])
  })

  it('that sends no byte of its body in time is a 504 connection_read_timeout', async () => {
    await using silent = await tcp((socket) => {
      socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'))
    })
    const { status, proxyStatus } = await getFrom(silent.url)
    expect([status, proxyStatus]).toEqual([504, 'lastbyte;error=connection_read_timeout'])
  })

  it('that closes the connection before the header section is a 502 connection_terminated', async () => {
    await using rude = await tcp((socket) => socket.on('data', () => socket.end()))
    const { status, proxyStatus } = await getFrom(rude.url)
    expect([status, proxyStatus]).toEqual([502, 'lastbyte;error=connection_terminated'])
  })

  it('that does not speak HTTP is a 502 http_protocol_error', async () => {
    await using odd = await tcp((socket) =>
      socket.on('data', () => socket.end('SMTP ready\r\n\r\n')),
    )
    const { status, proxyStatus } = await getFrom(odd.url)
    expect([status, proxyStatus]).toEqual([502, 'lastbyte;error=http_protocol_error'])
  })

  it('that switches to another protocol is a 502, and does not hang', async () => {
    await using odd = await tcp((socket) => {
      socket.on('data', () => {
        socket.write(
          'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n',
        )
      })
    })
    const { status, proxyStatus } = await getFrom(odd.url)
    expect([status, proxyStatus]).toEqual([502, 'lastbyte;error=connection_terminated'])
  })

  it('with a self-signed certificate is a 502 tls_certificate_error, unless insecure is set', async () => {
    using folder = new Folder({ f: 'x' })
    await using secure = await serverWith({ root: folder.path }, { tls })
    const origin = `https://127.0.0.1:${secure.port}`
    const { status, proxyStatus } = await getFrom(origin)
    expect([status, proxyStatus]).toEqual([502, 'lastbyte;error=tls_certificate_error'])
    const trusted = await getFrom(origin, { insecure: true })
    expect([trusted.status, trusted.body.toString()]).toEqual([200, 'x'])
  })

  it('that sends a 206 of another position is a 502', async () => {
    await using server = await ScriptedServer.start(
      responds(206, { ...ETAG, 'content-range': 'bytes 0-4/100' }, '12345'),
    )
    const { status, proxyStatus } = await getFrom(server.url, {}, { Range: 'bytes=5-9' })
    expect([status, proxyStatus]).toEqual([502, 'lastbyte;error=http_protocol_error'])
  })

  it('that breaks off before the first byte is retried, of any version, and a 502 if it always does', async () => {
    const dies: Script = (_request, response) => {
      response.writeHead(200, { etag: '"old"', 'content-length': '100000' })
      response.flushHeaders()
      setImmediate(() => response.socket?.destroySoon())
    }
    await using relay = await ProxyWithOrigin.start(inTurn(dies, dies, whole))
    const { status, body, fields } = await relay.get()
    expect([status, fields.etag]).toEqual([200, '"v1"'])
    expect(body.equals(CONTENT)).toBe(true)
    expect((await relay.front.settled()).heals).toBe(2)
    await using lasting = await ProxyWithOrigin.start(dies, { upstream: refused })
    const lost = await lasting.get()
    expect(lost.status).toBe(502)
    expect(lost.fields['proxy-status']).toMatch(/^lastbyte;error=(http_response_incomplete|conn)/)
  })
})

describe('a request target', () => {
  it.each([
    ['//evil.example/f', '//evil.example/f'],
    ['/http://evil.example/f', '/http://evil.example/f'],
    ['/@evil.example/f', '/@evil.example/f'],
    ['/a%20b%2Bc%3Fd', '/a%20b%2Bc%3Fd'],
    ['/a:b@c,d;e=f&g$h', '/a:b@c,d;e=f&g$h'],
    ['/a%2fb', '/a%2fb'],
    ['/a%5cb', '/a%5cb'],
  ])('%s is requested from the origin and no other host', async (path, url) => {
    await using relay = await ProxyWithOrigin.start(whole)
    await relay.get(path)
    expect(relay.origin.requests.map((request) => request.url)).toEqual([url])
  })

  it.each(['/../f', '/%2e%2e/f', '/a/..%2f../f', '/..%5cf'])(
    '%s, which leads above the path of the origin, is a 400 without a request to the origin',
    async (path) => {
      await using relay = await ProxyWithOrigin.start(whole)
      expect((await relay.get(path)).status).toBe(400)
      expect(relay.originRequests).toHaveLength(0)
    },
  )

  it('that would leave the path of the origin is absent', async () => {
    await using server = await ScriptedServer.start(whole)
    const source = upstreamSource({ origin: `${server.url}/base` })
    const { signal } = new AbortController()
    expect(await source.open('../f', { method: 'GET' }, signal)).toEqual({ kind: 'absent' })
    await source.close?.()
  })

  it('on a private address is refused with forbidPrivate, by number and by name', async () => {
    await using server = await ScriptedServer.start(whole)
    const { port } = new URL(server.url)
    for (const host of ['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '2130706433', 'localhost']) {
      await using front = await serverWith({
        source: upstreamSource({ origin: `http://${host}:${port}`, forbidPrivate: true }),
      })
      using client = new RawClient(front.port)
      client.request('/f', { Connection: 'close' })
      const { status, fields } = await client.closed()
      expect([host, status, fields['proxy-status']]).toEqual([
        host,
        502,
        'lastbyte;error=destination_ip_prohibited',
      ])
    }
    expect(server.requests).toHaveLength(0)
  })
})

describe('a digest that the origin announces', () => {
  const digest = (bytes: Uint8Array) =>
    `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`
  const corrupt = Buffer.from(CONTENT)
  corrupt[50_000] = (corrupt[50_000] ?? 0) ^ 1

  it('withholds the last chunk of bytes that do not have it', async () => {
    const fields = { ...ETAG, 'repr-digest': digest(CONTENT) }
    // In two chunks: with one alone, not even the header section would be sent.
    const inTwoChunks: Script = (_request, response) => {
      response.writeHead(200, { ...fields, 'content-length': corrupt.length })
      response.write(corrupt.subarray(0, 10))
      setTimeout(() => response.end(corrupt.subarray(10)), 50)
    }
    await using relay = await ProxyWithOrigin.start(inTwoChunks)
    const { status, body, ended } = await relay.get()
    expect([status, body.length < CONTENT.length, ended]).toEqual([200, true, 'fin'])
    expect((await relay.front.settled()).error).toMatchObject({ code: 'DIGEST_MISMATCH' })
    await using small = await ProxyWithOrigin.start(serve(corrupt.subarray(0, 10), fields))
    expect((await small.get()).status).toBe(502)
    await using honest = await ProxyWithOrigin.start(serve(CONTENT, fields))
    const { fields: received } = await honest.get('/f', { 'Want-Repr-Digest': 'sha-256=1' })
    expect(received['repr-digest']).toBe(digest(CONTENT))
    expect(honest.originRequests).toHaveLength(1)
  })

  it("of a range's content is checked for that range, and never with verify: 'off'", async () => {
    const fields = { ...ETAG, 'content-digest': digest(CONTENT.subarray(40_000, 60_000)) }
    const range = { Range: 'bytes=40000-59999' }
    await using relay = await ProxyWithOrigin.start(serve(corrupt, fields))
    expect((await relay.get('/f', range)).body.length).toBeLessThan(20_000)
    await using trusting = await ProxyWithOrigin.start(serve(corrupt, fields), {
      upstream: { verify: 'off' },
    })
    expect((await trusting.get('/f', range)).body.length).toBe(20_000)
    await using asking = await ProxyWithOrigin.start(whole, { upstream: { verify: 'asked' } })
    await asking.get()
    expect(asking.originRequests[0]).toMatchObject({ 'want-repr-digest': 'sha-256=9' })
  })
})

describe('upstreamSource', () => {
  it.each([
    [{ origin: 'nothing' }, 'origin'],
    [{ origin: 'ftp://x/' }, 'origin'],
    [{ origin: 'http://x/?q' }, 'origin'],
    [{ origin: 'http://me:50%@x' }, 'origin'],
    [{ origin: new URL('http://:secret@x') }, 'origin'],
    [{ origin: '/relative' }, 'origin'],
    [{ origin: 'http://x', fields: { 'x y': 'secret' } }, 'fields'],
    [{ origin: 'http://x', fields: { x: 'secret\n' } }, 'fields'],
    [{ origin: 'http://x', fields: { x: 5 } }, 'fields'],
    [{ origin: 'http://x', stall: 0 }, 'stall'],
    [{ origin: 'http://x', readAhead: '1M' }, 'readAhead'],
    [{ origin: 'http://x', verify: 'yes' }, 'verify'],
    [{ origin: 'http://x', name: 'a b' }, 'name'],
    [{ origin: 'http://x', redirects: ['y'] }, 'redirects'],
    [{ origin: 'http://x', timeout: 1 }, 'timeout'],
  ])('refuses %o by the name of the option, without repeating credentials', (options, setting) => {
    expect(() => upstreamSource(options as never)).toThrow(
      expect.objectContaining({
        code: 'BAD_SETTING',
        message: expect.not.stringMatching(/secret|50%/),
        facts: expect.objectContaining({ setting }),
      }),
    )
  })
})
