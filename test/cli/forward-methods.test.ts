import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { describe, expect, it } from 'vitest'
import { forwardMethods } from '../../src/cli/forward-methods.js'
import { UpstreamClient } from '../../src/source/upstream/upstream-client.js'
import { settleUpstream } from '../../src/source/upstream/upstream-options.js'
import { sourceFrom } from '../../src/source/upstream/upstream-source.js'
import { serverWith } from '../fixture/application.js'
import { RawClient } from '../fixture/raw-http.js'
import { ScriptedServer } from '../fixture/scripted-server.js'
import { tls } from '../fixture/tls.js'

/** A body that a server reads as another request if nothing frames it. */
const BODY = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n'
const CHUNKED = `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** A proxy in front of an origin that echoes method, target and body. */
async function stage(options: { tls?: typeof tls; corsOrigin?: string } = {}) {
  const origin = await ScriptedServer.start(async (request, response) => {
    const text = `${request.method} ${request.url} ${await bodyOf(request)}`
    response.writeHead(200, { 'content-length': text.length }).end(text)
  })
  const upstream = new UpstreamClient(settleUpstream({ origin: origin.url, openFor: 0 }, 'site'))
  const front = await serverWith(
    { source: sourceFrom(upstream) },
    {
      ...options,
      passOthers: (app) =>
        forwardMethods(app, upstream, { stallTimeout: 60_000, shutdownGrace: 0 }),
    },
  )
  return {
    origin,
    front,
    async [Symbol.asyncDispose]() {
      await front[Symbol.asyncDispose]()
      await origin[Symbol.asyncDispose]()
    },
  }
}

const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

describe('a request body that the proxy forwards is never read as another request', () => {
  it.each(METHODS)('of %s, however it is framed', async (method) => {
    await using on = await stage()
    const type = { 'Content-Type': 'text/plain', Connection: 'close' }
    const cases: [Record<string, string>, string, string][] = [
      [{ ...type, 'Transfer-Encoding': 'chunked' }, CHUNKED, BODY],
      [{ ...type, 'Content-Length': `${BODY.length}` }, BODY, BODY],
      [
        { ...type, Connection: 'close, content-length', 'Content-Length': `${BODY.length}` },
        BODY,
        BODY,
      ],
      [
        { ...type, Connection: 'close, transfer-encoding', 'Transfer-Encoding': 'chunked' },
        CHUNKED,
        BODY,
      ],
      [{ Connection: 'close', 'Transfer-Encoding': 'chunked' }, CHUNKED, BODY],
      [{ Connection: 'close' }, '', ''],
    ]
    for (const [fields, sent, received] of cases) {
      using raw = new RawClient(on.front.port)
      raw.request('/x', fields, method)
      raw.socket.write(sent)
      const { status, body } = await raw.closed()
      expect([status, body.toString()]).toEqual([200, `${method} /x ${received}`])
    }
    expect(on.origin.requests.map(({ url }) => url)).toEqual(cases.map(() => '/x'))
  })

  it.each(METHODS)('of %s over HTTP/2, where no field frames it', async (method) => {
    await using on = await stage({ tls })
    const session = connectHttp2(`https://127.0.0.1:${on.front.port}`, {
      rejectUnauthorized: false,
    })
    for (const body of [BODY, '']) {
      const stream = session.request(
        { ':method': method, ':path': '/x' },
        { endStream: body === '' },
      )
      if (body !== '') stream.end(body)
      let text = ''
      stream.setEncoding('utf8').on('data', (chunk) => {
        text += chunk
      })
      await once(stream, 'end')
      expect(text).toBe(`${method} /x ${body}`)
    }
    session.close()
    expect(on.origin.requests).toHaveLength(2)
  })
})

it('with --cors a preflight has a response of the proxy, and other OPTIONS that of the origin', async () => {
  await using on = await stage({ corsOrigin: 'https://play.example' })
  const origin = { origin: 'https://play.example' }
  const preflight = { ...origin, 'access-control-request-method': 'GET' }
  for (const [fields, status] of [
    [preflight, 204],
    [origin, 200],
  ] as const) {
    const response = await fetch(`${on.front.url}/f`, { method: 'OPTIONS', headers: fields })
    expect(response.status).toBe(status)
    expect(response.headers.get('access-control-allow-origin')).toBe('https://play.example')
  }
  expect(on.origin.requests).toHaveLength(1)
})
