import { connect, constants } from 'node:http2'
import type { FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import { type ObservedResponse, observeResponses } from '../../src/observe/response-observer.js'
import { type Application, serverWith } from '../fixture/application.js'
import { Folder, pattern } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'
import { tls } from '../fixture/tls.js'
import { until } from '../fixture/until.js'

/** The responses of a server, with their bytes. */
class Observed {
  readonly responses: ObservedResponse[] = []
  readonly setUp = (app: FastifyInstance) => {
    const observer = observeResponses(app)
    observer.needsBytes = true
    observer.observe((response) => void this.responses.push(response))
  }

  async nth(nth: number): Promise<ObservedResponse> {
    await until(() => this.responses.length > nth)
    return this.responses[nth] as ObservedResponse
  }
}

const FILES = { f: 'hello', big: pattern(20_000_000), 'd/x': 'x', '-name': 'y', 'film.mp4': 'm' }

async function served(folder: Folder, observed: Observed, rest = {}): Promise<Application> {
  const files = { root: folder.path, list: true, pages: true, stallTimeout: 1_000 } as const
  return serverWith(files, rest, (app) => {
    observed.setUp(app)
    app.get('/own', async () => 'mine')
    app.get('/events', (_request, reply) => reply.eventStream(['one']))
  })
}

describe('ResponseObserver', () => {
  it.each([
    ['a file', 'GET', '/f', { status: 200, route: 'file', bytes: 5 }],
    ['HEAD of a file', 'HEAD', '/f', { status: 200, route: 'file', bytes: 0 }],
    ['a missing file', 'GET', '/none', { status: 404, route: 'file' }],
    ['a redirect', 'GET', '/d', { status: 301, route: 'file' }],
    ['a listing', 'GET', '/d/', { status: 200, route: 'listing' }],
    ['the page of a film', 'GET', '/-/watch/film.mp4', { status: 200, route: 'page' }],
    ['a stream of the application', 'GET', '/events', { status: 200, route: 'stream' }],
    ['a route of the application', 'GET', '/own', { status: 200, route: 'other', bytes: 4 }],
    ['another method', 'DELETE', '/f', { status: 405, route: 'other' }],
    ['a malformed target', 'GET', '/%zz', { status: 400 }],
    ['a target that is too long', 'GET', `/${'x'.repeat(9_000)}`, { status: 414 }],
  ])('reports %s', async (_what, method, path, expected) => {
    using folder = new Folder(FILES)
    const observed = new Observed()
    await using server = await served(folder, observed)
    const response = await fetch(`${server.url}${path}`, { method, redirect: 'manual' })
    const { length } = Buffer.from(await response.arrayBuffer())
    const reported = await observed.nth(0)
    expect(reported).toMatchObject({ outcome: 'complete', address: '127.0.0.1', ...expected })
    expect(reported.status).toBe(response.status)
    expect(reported.bytes).toBe(length)
    expect(reported.raw?.method).toBe(method)
    expect(observed.responses).toHaveLength(1)
  })

  it.each([
    ['bytes that are no request', 'hello\r\n\r\n', 400],
    [
      'a header section over the limit of the parser',
      `GET / HTTP/1.1\r\nA: ${'a'.repeat(70_000)}\r\n`,
      431,
    ],
  ])('reports %s', async (_what, bytes, status) => {
    using folder = new Folder(FILES)
    const observed = new Observed()
    await using server = await served(folder, observed)
    using client = new RawClient(server.port)
    client.socket.write(bytes)
    await client.closed()
    expect(await observed.nth(0)).toMatchObject({
      status,
      raw: undefined,
      route: 'other',
      address: '127.0.0.1',
    })
    expect(
      observeResponses(server.app).refusals.of(status === 400 ? 'malformed' : 'too_large'),
    ).toBe(1)
  })

  it('reports a header section that is not complete in time', async () => {
    using folder = new Folder(FILES)
    const observed = new Observed()
    await using server = await served(folder, observed, { limits: { requestTimeout: 100 } })
    using client = new RawClient(server.port)
    client.socket.write('GET /f HTTP/1.1\r\n')
    await client.closed()
    expect(await observed.nth(0)).toMatchObject({ status: 408, raw: undefined })
    expect(observeResponses(server.app).refusals.of('header_timeout')).toBe(1)
  })

  it.each([
    ['an expectation', 'GET /f HTTP/1.1\r\nHost: a\r\nExpect: more\r\n\r\n', 417],
    ['a request without Host', 'GET /f HTTP/1.1\r\n\r\n', 400],
    [
      'a malformed body',
      'POST /f HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
      undefined,
    ],
  ])('reports the refusal of %s once', async (_what, bytes, status) => {
    using folder = new Folder(FILES)
    const observed = new Observed()
    await using server = await served(folder, observed)
    using client = new RawClient(server.port)
    client.socket.write(bytes)
    const response = await client.response()
    client.socket.destroy()
    expect((await observed.nth(0)).status).toBe(status ?? response.status)
    expect(observed.responses).toHaveLength(1)
  })

  it('reports a download whose client leaves, with what the kernel has taken', async () => {
    using folder = new Folder(FILES)
    const observed = new Observed()
    await using server = await served(folder, observed)
    using client = new RawClient(server.port)
    client.request('/big')
    await client.until(100_000)
    client.socket.destroy()
    const { outcome, status, bytes } = await observed.nth(0)
    expect([outcome, status]).toEqual(['client-gone', 200])
    expect(bytes).toBeGreaterThanOrEqual(90_000)
    expect(bytes).toBeLessThan(20_000_000)
    expect(bytes).toBe(server.records[0]?.bytes)
  })

  it('reports how the server has cut a download', async () => {
    using folder = new Folder(FILES)
    const observed = new Observed()
    await using server = await served(folder, observed)
    using client = new RawClient(server.port)
    client.request('/big')
    await client.until(1000)
    client.socket.pause()
    expect(await observed.nth(0)).toMatchObject({ outcome: 'stalled', status: 200, route: 'file' })
  })

  it('reports 499 for a client that leaves before the status, pipelined requests included', async () => {
    using folder = new Folder(FILES)
    const observed = new Observed()
    let called = 0
    await using server = await serverWith({ root: folder.path }, {}, (app) => {
      observed.setUp(app)
      app.get('/never', () => {
        called += 1
        return new Promise(() => {})
      })
    })
    using client = new RawClient(server.port)
    client.request('/never')
    client.request('/f')
    await until(() => called === 1)
    client.socket.destroy()
    expect(await observed.nth(0)).toMatchObject({ status: 499, outcome: 'client-gone' })
    expect(await observed.nth(1)).toMatchObject({ outcome: 'client-gone', bytes: 0 })
  })

  it('reports streams of HTTP/2: a complete one, a reset one and HEAD', async () => {
    using folder = new Folder(FILES)
    const observed = new Observed()
    await using server = await served(folder, observed, { tls })
    const session = connect(`https://127.0.0.1:${server.port}`, { rejectUnauthorized: false })
    const complete = session.request({ ':path': '/d/' }).resume()
    await new Promise((resolve) => complete.once('close', resolve))
    const page = await observed.nth(0)
    expect(page).toMatchObject({ status: 200, route: 'listing', outcome: 'complete' })
    expect(page.bytes).toBeGreaterThan(100)
    expect(page.raw?.httpVersion).toBe('2.0')
    const reset = session.request({ ':path': '/big' })
    await new Promise((resolve) => reset.once('data', resolve))
    reset.close(constants.NGHTTP2_CANCEL)
    expect(await observed.nth(1)).toMatchObject({ route: 'file', outcome: 'client-gone' })
    const head = session.request({ ':path': '/f', ':method': 'HEAD' }).resume()
    await new Promise((resolve) => head.once('close', resolve))
    expect(await observed.nth(2)).toMatchObject({ status: 200, bytes: 0, outcome: 'complete' })
    session.close()
  })

  it('reports the address that a trusted proxy names', async () => {
    using folder = new Folder(FILES)
    const observed = new Observed()
    await using server = await served(folder, observed, { isTrusted: () => true })
    await (await fetch(`${server.url}/f`, { headers: { 'x-forwarded-for': '192.0.2.7' } })).text()
    expect((await observed.nth(0)).address).toBe('192.0.2.7')
  })
})
