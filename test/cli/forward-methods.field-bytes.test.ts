import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { forwardMethods } from '../../src/cli/forward-methods.js'
import { UpstreamClient } from '../../src/source/upstream/upstream-client.js'
import { settleUpstream } from '../../src/source/upstream/upstream-options.js'
import { sourceFrom, upstreamSource } from '../../src/source/upstream/upstream-source.js'
import { faultProxy } from '../../src/testing/fault-proxy.js'
import { serverWith } from '../fixture/application.js'
import { RawClient } from '../fixture/raw-http.js'

const utf8 = (text: string) => Buffer.from(text).toString('latin1')

/** An origin that sends these bytes for each request and records the bytes that it received. */
async function rawOrigin() {
  const state = { response: '', received: '' }
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', (chunk: Buffer) => {
      state.received += chunk.toString('latin1')
      if (!/\r\n\r\n(?!$)|\r\n\r\n$/.test(state.received)) return
      const [, length = '0'] = /content-length: (\d+)/i.exec(state.received) ?? []
      const content = state.received.length - state.received.indexOf('\r\n\r\n') - 4
      if (content >= Number(length)) socket.end(Buffer.from(state.response, 'latin1'))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    state,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

type Origin = Awaited<ReturnType<typeof rawOrigin>>

/** The proxies of this package in front of an origin, each with its port. */
const PROXIES: [
  name: string,
  start: (origin: Origin) => Promise<AsyncDisposable & { port: number }>,
][] = [
  [
    'lastbyte proxy',
    (origin) => {
      const settings = settleUpstream({ origin: origin.url, openFor: 0, forward: 'all' }, 'site')
      const upstream = new UpstreamClient(settings)
      const limits = { stallTimeout: 60_000, shutdownGrace: 0 }
      return serverWith(
        { source: sourceFrom(upstream), cacheControl: false },
        { passOthers: (app) => forwardMethods(app, upstream, limits) },
      )
    },
  ],
  ['faultProxy', (origin) => faultProxy({ origin: origin.url, seed: 1 })],
]

async function exchange(port: number, head: string, content = ''): Promise<string> {
  using client = new RawClient(port)
  const bytes = `${head}Host: localhost\r\nConnection: close\r\n\r\n${content}`
  client.socket.write(Buffer.from(bytes, 'latin1'))
  await client.closed()
  return client.received.toString('latin1')
}

const linesOf = (text: string) => text.slice(0, text.indexOf('\r\n\r\n')).split('\r\n').slice(1)

const STATUSES = ['200 OK', '206 Partial Content', '302 Found', '304 Not Modified', '404 Not Found']
const NAMES = ['Content-Disposition', 'Content-Language', 'X-Amz-Meta-Name', 'Location', 'Link']
const METHODS = ['GET', 'HEAD', 'POST', 'PUT']

/** Bytes of a field value: UTF-8, or any that an HTTP parser accepts. */
const VALUE = fc.oneof(
  fc.string({ unit: 'grapheme' }).map((text) => utf8(text.replace(/\p{Cc}/gu, ''))),
  fc
    .array(fc.integer({ min: 0x20, max: 0xff }).filter((byte) => byte !== 0x7f))
    .map((bytes) => String.fromCharCode(...bytes)),
)
const TRIMMED = VALUE.map((value) => `"${value}"`)

describe.each(PROXIES)('The fields that %s forwards', (_name, start) => {
  it('from the origin reach the client byte for byte', async () => {
    await using origin = await rawOrigin()
    await using proxy = await start(origin)
    const cases = fc.record({
      status: fc.constantFrom(...STATUSES),
      name: fc.constantFrom(...NAMES),
      method: fc.constantFrom(...METHODS),
      framing: fc.constantFrom('before', 'after', 'none'),
      value: fc.oneof(TRIMMED, fc.constant(utf8('attachment; filename="日本Ċx: y"'))),
    })
    await fc.assert(
      fc.asyncProperty(cases, async ({ status: any, name, method, framing, value: of }) => {
        // One that the proxy doesn't follow.
        const value = name === 'Location' ? `urn:${of}` : of
        // A HEAD has no ranges.
        const status = method === 'HEAD' && any.startsWith('206') ? '200 OK' : any
        const length = 'Content-Length: 5\r\n'
        const range = status.startsWith('206') ? 'Content-Range: bytes 0-4/5\r\n' : ''
        origin.state.received = ''
        origin.state.response =
          `HTTP/1.1 ${status}\r\nETag: "a"\r\n${range}${framing === 'before' ? length : ''}` +
          `${name}: ${value}\r\n${framing === 'after' ? length : ''}Connection: close\r\n\r\n` +
          (method === 'HEAD' || status.startsWith('304') ? '' : 'hello')
        const want = status.startsWith('206') ? 'Range: bytes=0-4\r\n' : ''
        const text = await exchange(proxy.port, `${method} /f HTTP/1.1\r\n${want}`)
        expect(text).toMatch(/^HTTP\/1.1 [234]\d\d /)
        expect(linesOf(text)).toContain(`${name}: ${value}`)
      }),
      { numRuns: 60 },
    )
  })

  it.each(['POST', 'PUT', 'PATCH'])(
    'of a %s with Content-Length reach the origin byte for byte, as one request',
    async (method) => {
      await using origin = await rawOrigin()
      await using proxy = await start(origin)
      for (const value of [
        utf8('form-data; name="日本Ċx-injected: y"'),
        'form-data; name="\xfcber"',
      ]) {
        origin.state.received = ''
        origin.state.response = 'HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n'
        const head = `Content-Length: 2\r\nContent-Type: a/b\r\nContent-Disposition: ${value}\r\n`
        const text = await exchange(proxy.port, `${method} /f HTTP/1.1\r\n${head}`, 'ok')
        expect(text).toMatch(/^HTTP\/1.1 204 /)
        expect(linesOf(origin.state.received)).toContain(`Content-Disposition: ${value}`)
        expect(origin.state.received).not.toMatch(/^x-injected/m)
      }
    },
  )

  it('have their usual spelling on both sides', async () => {
    await using origin = await rawOrigin()
    await using proxy = await start(origin)
    origin.state.response =
      'HTTP/1.1 200 OK\r\netag: "a"\r\ncontent-length: 2\r\nx-own: a\r\nwww-authenticate: b\r\n' +
      'connection: close\r\n\r\nok'
    const text = await exchange(proxy.port, 'GET /f HTTP/1.1\r\nif-none-match: "b"\r\n')
    const names = linesOf(text).map((line) => line.slice(0, line.indexOf(':')))
    expect(names).toEqual(expect.arrayContaining(['ETag', 'Content-Length', 'X-Own']))
    expect(names).toContain('WWW-Authenticate')
    expect(names.filter((name) => !/^[A-Z]/.test(name))).toEqual([])
    expect(origin.state.received).toContain('\r\nIf-None-Match: "b"\r\n')
  })
})

describe('A redirect whose Location is raw UTF-8', () => {
  const REDIRECT = `HTTP/1.1 302 Found\r\nLocation: ${utf8('/ä?ö')}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`

  it('is passed on by the proxy with its bytes', async () => {
    await using origin = await rawOrigin()
    await using proxy = await (PROXIES[0]?.[1] ?? expect.fail())(origin)
    origin.state.response = REDIRECT
    const text = await exchange(proxy.port, 'GET /f HTTP/1.1\r\n')
    expect(linesOf(text)).toContain(`Location: ${utf8('/ä?ö')}`)
  })

  it('is followed by a source to the percent-encoded path', async () => {
    await using origin = await rawOrigin()
    await using front = await serverWith({
      source: upstreamSource({ origin: origin.url, openFor: 0 }),
    })
    origin.state.response = REDIRECT
    await exchange(front.port, 'GET /f HTTP/1.1\r\n')
    expect(origin.state.received).toContain('\r\n\r\nGET /%C3%A4?%C3%B6 HTTP/1.1\r\n')
  })
})
