import { once } from 'node:events'
import { connect as connectHttp2 } from 'node:http2'
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { FRONTS } from '../fixture/forwarding-front.js'
import { RawClient, type RawResponse } from '../fixture/raw-http.js'
import { RawOrigin } from '../fixture/raw-origin.js'
import { until } from '../fixture/until.js'

const lines = (...all: string[]) => `${all.join('\r\n')}\r\n\r\n`
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`
const OK = `${lines('HTTP/1.1 200 OK', 'Content-Length: 2', 'Connection: close')}ok`

/** Sends the bytes of a request; resolves to all bytes of the response. */
async function exchange(port: number, request: string): Promise<string> {
  using client = new RawClient(port)
  client.socket.write(request, 'latin1')
  await client.closed()
  return client.received.toString('latin1')
}

const get = (port: number, ...fields: string[]) =>
  exchange(port, lines('GET /f HTTP/1.1', 'Host: a', 'Connection: close', ...fields))

const post = (port: number, ...fields: string[]) =>
  exchange(
    port,
    `${lines('POST /f HTTP/1.1', 'Host: a', 'Connection: close', 'Content-Length: 1', ...fields)}x`,
  )

/** The values of a field in a header section, in order. */
const values = (head: string, name: string) =>
  [...(head.split('\r\n\r\n')[0]?.matchAll(new RegExp(`^${name}: (.*)$`, 'gim')) ?? [])].map(
    ([, value]) => value?.trim(),
  )

describe.each(FRONTS)('%s is transparent', (_front, start) => {
  it.each([
    ['GET', get],
    ['POST', post],
  ])('to 103 and other interim responses of a %s', async (_method, send) => {
    const hints = [
      'Link: </a.css>; rel=preload',
      'Link: </b.js>;rel=preload;as=script',
      'X-Own: \xe4',
    ]
    await using origin = await RawOrigin.sending(
      lines('HTTP/1.1 103 Early Hints', ...hints, 'Connection: x-hop', 'X-Hop: 1') +
        lines('HTTP/1.1 102 Processing') +
        lines('HTTP/1.1 100 Continue') +
        OK,
    )
    await using front = await start(origin.url)
    const received = await send(front.port)
    expect(received).toMatch(/^HTTP\/1.1 103 Early Hints\r\n/)
    expect(values(received, 'link')).toEqual(hints.slice(0, 2).map((each) => each.slice(6)))
    expect(values(received, 'x-own')).toEqual(['\xe4'])
    expect(received.split('\r\n\r\n')[0]).not.toMatch(/x-hop/i)
    expect(received.match(/^HTTP\/1.1 \d+/gm)).toEqual([
      'HTTP/1.1 103',
      'HTTP/1.1 102',
      'HTTP/1.1 200',
    ])
    const old = await exchange(front.port, lines('GET /f HTTP/1.0'))
    expect(old.match(/^HTTP\/1.\d \d+/gm)).toEqual(['HTTP/1.1 200'])
  })

  it('to 103 and to trailers over HTTP/2', async () => {
    await using origin = await RawOrigin.sending(
      lines('HTTP/1.1 103 Early Hints', 'Link: </a>') +
        lines('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', 'Trailer: x-end') +
        `${chunk('ok')}0\r\nX-End: 1\r\n\r\n`,
    )
    await using front = await start(origin.url, { tls: true })
    const session = connectHttp2(`https://127.0.0.1:${front.port}`, { rejectUnauthorized: false })
    for (const method of ['GET', 'PUT']) {
      const stream = session.request({ ':path': '/f', ':method': method }, { endStream: true })
      const seen: unknown[] = []
      stream.resume()
      stream.on('headers', (fields) => seen.push([fields[':status'], fields.link]))
      stream.on('response', (fields) => seen.push(fields[':status']))
      stream.on('trailers', (fields) => seen.push(fields['x-end']))
      await once(stream, 'close')
      expect(seen).toEqual([[103, '</a>'], 200, '1'])
    }
    session.close()
  })

  const statusLines = [
    'HTTP/1.1 999 Odd',
    'HTTP/1.1 600 Odd',
    'HTTP/1.1 000 Odd',
    'HTTP/1.1 99 Odd',
  ]
  const cut = 'Transfer-Encoding: chunked'
  it.each<[line: string, fields: string[]]>([
    ...[...statusLines, 'HTTP/1.1 OK', 'garbage', 'HTTP/1.1 1000 Odd', 'HTTP/1.1 -1 Odd'].map(
      (line): [string, string[]] => [line, ['Content-Length: 2']],
    ),
    ['HTTP/1.1 200 OK', [cut, 'Content-Length: 2']],
    ['HTTP/1.1 200 OK', ['Content-Length: 2', 'Content-Length: 3']],
    ['HTTP/1.1 200 OK', ['Content-Length: -2']],
    ['HTTP/1.1 200 OK', ['Transfer-Encoding: gzip, chunked']],
    ['HTTP/1.1 200 OK', ['Transfer-Encoding: gzip']],
    ['HTTP/1.1 200 OK', ['No colon']],
  ])('but not to %s with %j, which is no response: 502', async (line, fields) => {
    await using origin = await RawOrigin.sending(`${lines(line, ...fields)}ok`)
    await using front = await start(origin.url)
    for (const send of [get, post]) expect(await send(front.port)).toMatch(/^HTTP\/1.1 502 /)
    const head = lines('HEAD /f HTTP/1.1', 'Host: a', 'Connection: close')
    expect(await exchange(front.port, head)).toMatch(/^HTTP\/1.1 502 /)
  })

  it.each([
    ['GET', get],
    ['POST', post],
  ])('to repeated fields of a %s, in both directions and in order', async (_method, send) => {
    const fields = [
      'Set-Cookie: b=1',
      'X-Own: 2',
      'Set-Cookie: a=2; Path=/',
      'X-Own: 1',
      'X-Own: 2',
    ]
    const response = lines('HTTP/1.1 200 OK', 'Content-Length: 2', ...fields, 'Connection: close')
    await using origin = await RawOrigin.sending(`${response}ok`)
    await using front = await start(origin.url)
    const received = await send(front.port, 'Accept: b', 'Accept: a', 'Cookie: c=1', 'Cookie: d=2')
    expect(values(received, 'set-cookie')).toEqual(['b=1', 'a=2; Path=/'])
    expect(values(received, 'x-own')).toEqual(['2', '1', '2'])
    const sent = origin.requests[0]?.fields.join('\r\n') ?? ''
    expect(values(sent, 'accept')).toEqual(['b', 'a'])
  })

  it.each([
    ['GET', get],
    ['POST', post],
  ])('but not to the fields of one connection of a %s', async (_method, send) => {
    const hop = ['X-Hop: 1', 'Keep-Alive: timeout=9', 'Proxy-Connection: close', 'Upgrade: x']
    const response = lines(
      'HTTP/1.1 200 OK',
      'Content-Length: 2',
      'Connection: X-HOP, close',
      ...hop,
    )
    await using origin = await RawOrigin.sending(`${response}ok`)
    await using front = await start(origin.url)
    const received = await send(front.port, 'Connection: x-hop, upgrade', ...hop, 'TE: trailers')
    for (const text of [received, origin.requests[0]?.fields.join('\r\n') ?? '']) {
      expect(text).not.toMatch(/^(x-hop|proxy-connection|upgrade|te):|timeout=9/im)
    }
  })

  it.each([
    ['GET', get],
    ['POST', post],
  ])('to the trailer fields of a response in chunks to a %s', async (_method, send) => {
    const head = lines('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', 'Trailer: X-End')
    await using origin = await RawOrigin.sending(
      `${head}${chunk('ok')}0\r\nX-End: \xe4\r\nX-End: 2\r\n\r\n`,
    )
    await using front = await start(origin.url)
    const received = await send(front.port)
    expect(received).toMatch(/\r\n\r\n2\r\nok\r\n0\r\nx-end: \xe4\r\nx-end: 2\r\n\r\n$/i)
    expect(values(received, 'trailer')).toEqual(['X-End'])
    const old = await exchange(front.port, lines('GET /f HTTP/1.0'))
    expect(old).toMatch(/^HTTP\/1.1 200 .*\r\n\r\nok$/s)
  })

  it('to the trailer fields of a request in chunks, and to TE', async () => {
    let body = ''
    await using origin = await RawOrigin.start((_request, socket) => {
      socket.on('data', (bytes) => {
        body += bytes.toString('latin1')
        if (body.endsWith('\r\n\r\n')) socket.end(OK)
      })
    })
    await using front = await start(origin.url)
    const fields = [
      'Transfer-Encoding: chunked',
      'Trailer: X-End',
      'TE: trailers',
      'Connection: TE',
    ]
    using client = new RawClient(front.port)
    client.socket.write(
      `${lines('PUT /f HTTP/1.1', 'Host: a', ...fields)}${chunk('body')}0\r\nX-End: 1\r\n\r\n`,
    )
    expect((await client.response()).status).toBe(200)
    expect(body).toMatch(/^4\r\nbody\r\n0\r\nx-end: 1\r\n\r\n$/i)
    const sent = origin.requests[0]?.fields.join('\r\n') ?? ''
    expect([values(sent, 'trailer'), values(sent, 'te')]).toEqual([['X-End'], ['trailers']])
    expect(values(sent, 'connection')).toEqual(['TE'])
  })

  it.each(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'SEARCH', 'LOCK'])(
    'to the body of a %s, with a length or in chunks, whatever its type',
    async (method) => {
      let body = ''
      await using origin = await RawOrigin.start((_request, socket) => {
        body = ''
        socket.on('data', (bytes) => {
          body += bytes.toString('latin1')
          if (/body(\r\n0\r\n\r\n)?$/.test(body))
            socket.end(method === 'HEAD' ? OK.slice(0, -2) : OK)
        })
      })
      await using front = await start(origin.url)
      const head = [
        `${method} /f HTTP/1.1`,
        'Host: a',
        'Connection: close',
        'Content-Type: no type',
      ]
      const known = await exchange(front.port, `${lines(...head, 'Content-Length: 4')}body`)
      expect([known.slice(0, 12), body]).toEqual(['HTTP/1.1 200', 'body'])
      const inChunks = `${lines(...head, 'Transfer-Encoding: chunked')}${chunk('body')}0\r\n\r\n`
      expect((await exchange(front.port, inChunks)).slice(0, 12)).toBe('HTTP/1.1 200')
      expect(body).toBe(`${chunk('body')}0\r\n\r\n`)
      expect(origin.requests).toHaveLength(2)
    },
  )

  it('to a compressed response that no Accept-Encoding asked for', async () => {
    const fields = ['Content-Encoding: br', 'Content-Length: 2', 'Vary: Accept-Encoding']
    await using origin = await RawOrigin.sending(`${lines('HTTP/1.1 200 OK', ...fields)}ok`)
    await using front = await start(origin.url)
    for (const send of [get, post]) {
      const received = await send(front.port)
      expect(values(received, 'content-encoding')).toEqual(['br'])
      expect(received).toMatch(/\r\n\r\nok$/)
    }
  })

  it('to an event stream of the origin, and to what resumes it', async () => {
    const head = lines('HTTP/1.1 200 OK', 'Content-Type: text/event-stream')
    await using origin = await RawOrigin.sending(`${head}id: 8\ndata: x\n\n`)
    await using front = await start(origin.url)
    const request = ['GET /events?start=5&follow=1&x HTTP/1.1', 'Host: a', 'Connection: close']
    const fields = ['Accept: text/event-stream', 'Last-Event-ID: 7']
    const received = await exchange(front.port, lines(...request, ...fields))
    expect(received).toMatch(/\r\n\r\nf\r\nid: 8\ndata: x\n\n\r\n0\r\n\r\n$/)
    expect(origin.requests[0]?.target).toBe('/events?start=5&follow=1&x')
    const sent = origin.requests[0]?.fields.join('\r\n') ?? ''
    expect([...values(sent, 'accept'), ...values(sent, 'last-event-id')]).toEqual([
      'text/event-stream',
      '7',
    ])
  })

  it('to HTTP/1.0 on both sides', async () => {
    await using origin = await RawOrigin.sending(
      `${lines('HTTP/1.0 200 OK', 'X-Own: 1')}until close`,
    )
    await using front = await start(origin.url)
    const old = await exchange(front.port, lines('GET /f HTTP/1.0'))
    expect(old).toMatch(/\r\n\r\nuntil close$/)
    expect(old).not.toMatch(/transfer-encoding/i)
    expect(await get(front.port)).toMatch(/\r\n\r\nb\r\nuntil close\r\n0\r\n\r\n$/)
  })

  it('to Expect: 100-continue, which it answers itself', async () => {
    await using origin = await RawOrigin.sending(OK)
    await using front = await start(origin.url)
    // A server may leave out the 100 where the body arrives with its head (RFC 9110 §10.1.1): this client waits for it.
    using client = new RawClient(front.port)
    const fields = ['Connection: close', 'Content-Length: 1', 'Expect: 100-continue']
    client.socket.write(lines('POST /f HTTP/1.1', 'Host: a', ...fields))
    await once(client.socket, 'data')
    client.socket.write('x')
    await client.closed()
    const received = client.received.toString('latin1')
    expect(received.match(/^HTTP\/1.1 \d+/gm)).toEqual(['HTTP/1.1 100', 'HTTP/1.1 200'])
    expect(origin.requests[0]?.fields.join()).not.toMatch(/expect/i)
  })

  it('to an early 413 with close: the client gets it while it still sends', async () => {
    await using origin = await RawOrigin.start((_request, socket) => {
      const head = lines('HTTP/1.1 413 Too Large', 'Content-Length: 5', 'Connection: close')
      // The bytes on their way are not read: the close sends RST.
      socket.write(`${head}large`, () => socket.resetAndDestroy())
    })
    await using front = await start(origin.url)
    const client = connect({ port: front.port, host: '127.0.0.1', allowHalfOpen: true })
    let text = ''
    let error: unknown
    client.on('error', (thrown) => {
      error = thrown
    })
    client.on('data', (bytes) => {
      text += bytes
    })
    client.write(lines('PUT /f HTTP/1.1', 'Host: a', 'Content-Length: 20000000'))
    client.write(Buffer.alloc(10_000_000))
    await once(client, 'end')
    // Clients that look at the response after their whole body send on.
    client.end(Buffer.alloc(10_000_000))
    if (!client.destroyed) await new Promise((resolve) => client.once('close', resolve))
    expect(error).toBeUndefined()
    expect(text).toMatch(/^HTTP\/1.1 413 .*\r\nconnection: close\r\n.*\r\n\r\nlarge$/is)
  })

  it.each([
    ['with no body yet', 0],
    ['that the origin reads', 1_000],
    ['that the origin does not read', 600_000],
  ])('to a client that leaves while an upload %s waits', async (_what, bytes) => {
    let told = () => {}
    const leaving = new Promise<void>((resolve) => {
      told = resolve
    })
    await using origin = await RawOrigin.start((_request, socket) => {
      // A reader would learn of the end only after all bytes before it; a writer learns of it at once.
      if (bytes > 1_000) setImmediate(() => socket.pause())
      const timer = setInterval(() => socket.write(lines('HTTP/1.1 102 Processing')), 20)
      socket.once('close', () => {
        clearInterval(timer)
        told()
      })
    })
    await using front = await start(origin.url)
    const client = connect({ port: front.port, host: '127.0.0.1' }).on('error', () => {})
    client.write(lines('POST /f HTTP/1.1', 'Host: a', `Content-Length: ${bytes || 9}`))
    await new Promise((resolve) => client.write(Buffer.alloc(bytes), resolve))
    await until(() => origin.requests.length === 1)
    client.destroy()
    await leaving
  })
})

describe('A response to a forwarded request', () => {
  it.each(FRONTS)('of CONNECT by %s closes the connection without a tunnel', async (_, start) => {
    await using origin = await RawOrigin.sending(OK)
    await using front = await start(origin.url)
    using client = new RawClient(front.port)
    client.request('a:80', {}, 'CONNECT')
    const response: RawResponse = await client.closed()
    expect([response.status, origin.requests.length]).toEqual([0, 0])
  })
})
