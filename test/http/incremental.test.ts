import { rmSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import { INCREMENTAL_FIELDS } from '../../src/http/incremental.js'
import { StreamError } from '../../src/http/stream-error.js'
import { applicationWith, serverWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'
import { FRONTS } from '../fixture/forwarding-front.js'
import { http2Responses } from '../fixture/http2-responses.js'
import { ProxyWithOrigin } from '../fixture/proxy-with-origin.js'
import { RawClient, type RawResponse } from '../fixture/raw-http.js'
import { ScriptedServer, serve } from '../fixture/scripted-server.js'
import { tls } from '../fixture/tls.js'

const EVENTS = { Accept: 'text/event-stream' }
const LINES = { Accept: 'application/x-ndjson' }

/** Routes with one stream of each kind, and with failures before the first frame. */
function streams(app: FastifyInstance): void {
  app.get('/events', (_request, reply) => reply.eventStream([{ id: 1, data: 'a' }]))
  app.get('/rows', (_request, reply) => reply.ndjson([{ n: 1 }]))
  app.get('/own', (_request, reply) => {
    return reply.header('incremental', '?0').eventStream([{ data: 'a' }])
  })
  app.get('/failing', (_request, reply) => {
    return reply.eventStream(() => {
      throw new StreamError({ type: 'gone', status: 410, retryable: false }, 'It is over')
    })
  })
}

async function respond(
  path: string,
  fields: Record<string, string> = {},
  method = 'GET',
): Promise<RawResponse> {
  using folder = new Folder({ 'f.txt': 'line\n' })
  const streamed = { followIdle: 50 }
  await using app = await applicationWith({ root: folder.path, streams: streamed }, streams)
  using client = new RawClient(app.port)
  client.request(path, { Connection: 'close', ...fields }, method)
  return await client.closed()
}

describe('Incremental (RFC 10036)', () => {
  it.each<[string, string, Record<string, string>]>([
    ['an event stream of the application', '/events', {}],
    ['rows of the application', '/rows', {}],
    ['a file as events', '/f.txt', EVENTS],
    ['a file as lines', '/f.txt', LINES],
    ['a file that is followed as events', '/f.txt?follow=1', EVENTS],
    ['a file that is followed as lines', '/f.txt?follow=1', LINES],
  ])('is in the response with %s, to GET and HEAD', async (_of, path, fields) => {
    for (const method of ['GET', 'HEAD']) {
      const { status, fields: received } = await respond(path, fields, method)
      expect([method, status]).toEqual([method, 200])
      expect(received).toMatchObject(INCREMENTAL_FIELDS)
    }
  })

  it('is in a live range of a file that grows, and not in one with an end', async () => {
    using folder = new Folder({ 'f.ts': 'bytes', 'f.ts.live': '' })
    await using app = await applicationWith({ root: folder.path, live: true })
    using live = new RawClient(app.port)
    live.request('/f.ts', { Range: 'bytes=0-9007199254740991', Connection: 'close' })
    await live.until(1)
    rmSync(folder.at('f.ts.live'))
    const { status, fields } = await live.closed()
    expect([status, fields['content-range']]).toEqual([206, 'bytes 0-9007199254740991/*'])
    expect(fields).toMatchObject(INCREMENTAL_FIELDS)
    using snapshot = new RawClient(app.port)
    snapshot.request('/f.ts', { Range: 'bytes=0-1', Connection: 'close' })
    const ended = await snapshot.closed()
    expect([ended.status, ended.fields.incremental]).toEqual([206, undefined])
  })

  it.each<[string, number, string, Record<string, string>]>([
    ['a file', 200, '/f.txt', {}],
    ['a file whose request is incremental itself', 200, '/f.txt', { Incremental: '?1' }],
    ['a range', 206, '/f.txt', { Range: 'bytes=1-2' }],
    ['a file that is absent', 404, '/none', EVENTS],
    ['a range of frames that is invalid', 400, '/f.txt?start=x', EVENTS],
    ['a condition that fails', 412, '/f.txt', { ...EVENTS, 'If-Match': '"other"' }],
    ['a stream that has ended', 204, '/events', { ...EVENTS, 'Last-Event-ID': '0:end' }],
    ['a stream that fails before its first event', 410, '/failing', EVENTS],
  ])('is not in the response for %s, a %d', async (_for, status, path, fields) => {
    const got = await respond(path, fields)
    expect(got.status).toBe(status)
    expect(got.fields.incremental).toBeUndefined()
    expect(got.fields['x-accel-buffering']).toBeUndefined()
  })

  it('has the value that the application sets instead', async () => {
    expect((await respond('/own')).fields.incremental).toBe('?0')
  })

  it('is sent over HTTP/2', async () => {
    await using app = await serverWith({ serve: false }, { tls }, streams)
    await using client = http2Responses(`https://127.0.0.1:${app.port}`)
    expect((await client.request('/events')).fields.incremental).toBe('?1')
  })

  it.each([undefined, '?1', '?0'])('of an origin is passed on as it is: %s', async (value) => {
    await using site = await ProxyWithOrigin.start((_request, response) => {
      if (value !== undefined) response.setHeader('incremental', value)
      response.setHeader('content-type', 'text/event-stream')
      response.end('data: a\n\n')
    })
    const { status, fields } = await site.get('/f', EVENTS)
    expect([status, fields.incremental]).toEqual([200, value])
  })

  it.each(FRONTS)('of a request with content is forwarded by %s', async (_front, start) => {
    await using origin = await ScriptedServer.start((request, response) => {
      request.resume()
      response.writeHead(200, { 'content-length': 2 }).end('ok')
    })
    await using front = await start(origin.url)
    using client = new RawClient(front.port)
    const fields = { Connection: 'close', Incremental: '?1', 'Content-Length': '0' }
    client.request('/f', fields, 'POST')
    expect((await client.closed()).fields.incremental).toBeUndefined()
    expect(origin.requests.at(-1)?.headers.incremental).toBe('?1')
  })

  it('of a GET is forwarded where a source forwards all fields, as lastbyte proxy does', async () => {
    const script = serve(Buffer.from('bytes'), { etag: '"v"' })
    await using site = await ProxyWithOrigin.start(script, { upstream: { forward: 'all' } })
    const { status, fields } = await site.get('/f', { Incremental: '?1' })
    expect([status, fields.incremental]).toEqual([200, undefined])
    expect(site.originRequests.at(-1)).toMatchObject({ incremental: '?1' })
  })
})
