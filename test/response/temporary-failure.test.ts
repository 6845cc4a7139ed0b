import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import { readEventStream } from '../../src/client/index.js'
import { LastbyteError } from '../../src/errors.js'
import { FaultLayer } from '../../src/fault/fault-layer.js'
import { StreamError } from '../../src/http/stream-error.js'
import type { EventSourceOf } from '../../src/plugin/stream-decorators.js'
import type { EventStreamOptions } from '../../src/settings/stream-options.js'
import type { ByteSource } from '../../src/source/byte-source.js'
import { failover } from '../../src/source/failover.js'
import { upstreamSource } from '../../src/source/upstream/upstream-source.js'
import { type Application, applicationWith, serverWith } from '../fixture/application.js'
import { parseEvents, readEvents } from '../fixture/event-client.js'
import { Folder } from '../fixture/files.js'
import { ProxyWithOrigin } from '../fixture/proxy-with-origin.js'
import { RawClient } from '../fixture/raw-http.js'
import { RawHttp2Client } from '../fixture/raw-http2.js'
import { inTurn, ScriptedServer, serve } from '../fixture/scripted-server.js'
import { tls } from '../fixture/tls.js'

const EVENTS = 'text/event-stream'
const CLOSE = { Connection: 'close' }
const FIXED = { retry: 1_000, jitter: 0 }

/** Fails to open every key. */
const failing = (error: unknown): ByteSource => ({ open: () => Promise.reject(error) })
const sourceError = (facts = {}) => new LastbyteError('SOURCE_FAILED', 'secret.host is down', facts)

/** The URL of a port on which nothing listens. */
async function deadOrigin(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return `http://127.0.0.1:${port}`
}

const upstream = (origin: string) => upstreamSource({ origin, openFor: 0, retryFor: 0 })

function failureOf({ text }: { readonly text: string }) {
  const [event, ...more] = parseEvents(text)
  expect(more).toEqual([])
  expect(event).toMatchObject({ event: 'error', id: undefined })
  return JSON.parse(event?.data ?? 'null')
}

describe('A temporary failure before the header section, with Accept: text/event-stream,', () => {
  it.each<[string, () => ByteSource | Promise<ByteSource>, number, string]>([
    ['an origin that is down', async () => upstream(await deadOrigin()), 502, 'source_error'],
    [
      'a source that times out',
      () => failing(new LastbyteError('SOURCE_TIMEOUT', '')),
      504,
      'timeout',
    ],
    ['a busy source', () => failing(new LastbyteError('SOURCE_BUSY', '')), 503, 'source_error'],
    [
      'all sources of a failover',
      async () =>
        failover([upstream(await deadOrigin()), upstream(await deadOrigin())], { openFor: 0 }),
      502,
      'source_error',
    ],
    [
      'a gateway timeout of an upstream server',
      () => failing(sourceError({ proxy: 'lastbyte', proxyError: 'http_response_timeout' })),
      504,
      'source_error',
    ],
  ])('is a 200 with retry and a retryable error event: %s', async (_what, make, code, type) => {
    await using app = await applicationWith({ source: await make(), streams: FIXED })
    const got = await readEvents(app.port, '/f')
    expect(got.response).toMatchObject({ status: 200, ended: 'fin' })
    expect(got.whole).toBe(true)
    expect(got.response.fields).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    })
    expect(got.response.fields['retry-after']).toBeUndefined()
    expect(got.text).toMatch(/^retry: 1000\n\nevent: error\n/)
    expect(failureOf(got)).toMatchObject({ type, code, retryable: true, offset: 0 })
    expect(got.text).not.toContain('secret')
    expect(await app.settled()).toMatchObject({ outcome: 'source-failed', status: 200 })
    expect(app.app.transfers.running.size).toBe(0)

    const plain = await fetch(`${app.url}/f`)
    expect(plain.status).toBe(code)
    expect(plain.headers.get('content-type')).toBe('application/problem+json')
    const proxyStatus = plain.headers.get('proxy-status')
    expect(got.response.fields['proxy-status'] ?? null).toBe(proxyStatus)
  })

  it.each([502, 503, 504])(
    'is a 200 with an error event in place of a %i of the origin',
    async (status) => {
      const script = (_request: unknown, response: ServerResponse) => {
        response
          .writeHead(status, { 'retry-after': '7', etag: '"x"' })
          .end('<html>maintenance</html>')
      }
      await using proxy = await ProxyWithOrigin.start(script, {
        upstream: { openFor: 0 },
        files: { streams: { retry: 10, jitter: 0 } },
      })
      const got = await readEvents(proxy.front.port, '/f')
      expect(got.response.status).toBe(200)
      expect(got.response.fields.etag).toBeUndefined()
      expect(got.response.fields['proxy-status']).toContain(`received-status=${status}`)
      expect(got.text).toMatch(/^retry: 7000\n\n/)
      expect(failureOf(got)).toMatchObject({ code: status, retryable: true })
      expect((await proxy.get()).status).toBe(status)
    },
  )

  it.each([
    ['the origin alone', {}, ['Origin']],
    ['the application too', { vary: 'Accept-Language' }, ['Accept-Language', 'Origin']],
  ])(
    'can be read by a page of another site to which the error of %s would be readable',
    async (_who, own, vary) => {
      const cors = {
        'access-control-allow-origin': 'https://site.example',
        'access-control-allow-credentials': 'true',
        'access-control-expose-headers': 'X-Id',
      }
      await using origin = await ScriptedServer.start((_request, response) => {
        response.writeHead(503, { ...cors, vary: 'Origin', 'x-other': '1' }).end('away')
      })
      await using app = await applicationWith({ source: upstream(origin.url) }, (app) => {
        app.addHook('onRequest', async (_request, reply) => void reply.headers(own))
      })
      for (const method of ['GET', 'HEAD']) {
        using client = new RawClient(app.port)
        client.request('/f', { ...CLOSE, Accept: EVENTS }, method)
        const { status, fields } = await client.closed()
        expect(status).toBe(200)
        expect(fields).toMatchObject(cors)
        expect(fields.vary?.split(', ').sort()).toEqual(vary)
        expect(fields).not.toHaveProperty('x-other')
      }
    },
  )

  it('waits 3 s, with jitter, where no retry is set, and at most 30 s for a longer Retry-After', async () => {
    const retryWith = async (after?: string) => {
      const script = (_request: unknown, response: ServerResponse) => {
        response.writeHead(503, after === undefined ? {} : { 'retry-after': after }).end()
      }
      await using proxy = await ProxyWithOrigin.start(script, { upstream: { openFor: 0 } })
      const { text } = await readEvents(proxy.front.port, '/f')
      return Number(/^retry: (\d+)\n\n/.exec(text)?.[1])
    }
    expect(await retryWith()).toBeGreaterThanOrEqual(3_000)
    expect(await retryWith()).toBeLessThanOrEqual(4_500)
    expect(await retryWith('86400')).toBe(30_000)
  })

  it('has the position of Last-Event-ID as its offset, and no id that would replace it', async () => {
    await using app = await applicationWith({
      source: failing(new LastbyteError('SOURCE_BUSY', '')),
    })
    const got = await readEvents(app.port, '/f', { 'Last-Event-ID': '"v1;events":1024' })
    expect(failureOf(got)).toMatchObject({ offset: 1024 })
    expect(got.text).not.toMatch(/^id:/m)
  })

  it('is a 204 to a client that has received the whole stream', async () => {
    await using app = await applicationWith({
      source: failing(new LastbyteError('SOURCE_BUSY', '')),
    })
    const headers = { accept: EVENTS, 'last-event-id': '"v1;events":1024:end' }
    expect((await fetch(`${app.url}/f`, { headers })).status).toBe(204)
  })

  it('is named by errorEvent, and HEAD has the fields of GET', async () => {
    const source = failing(new LastbyteError('SOURCE_BUSY', ''))
    await using app = await applicationWith({ source, streams: { errorEvent: 'oops' } })
    const { events } = await readEvents(app.port, '/f')
    expect(events.map(({ event }) => event)).toEqual(['oops'])
    using client = new RawClient(app.port)
    client.request('/f', { ...CLOSE, Accept: EVENTS }, 'HEAD')
    const { status, fields, body } = await client.closed()
    expect(status).toBe(200)
    expect(fields['content-type']).toBe('text/event-stream; charset=utf-8')
    expect(body).toHaveLength(0)
  })

  it('is no failed transfer for HEAD, which transfers nothing', async () => {
    const source = failing(new LastbyteError('SOURCE_BUSY', ''))
    await using app = await applicationWith({ source })
    for (const method of ['HEAD', 'GET']) {
      using client = new RawClient(app.port)
      client.request('/f', { ...CLOSE, Accept: EVENTS }, method)
      expect((await client.closed()).status).toBe(200)
    }
    await app.settled()
    expect(app.records.map(({ outcome }) => outcome)).toEqual(['source-failed'])
    expect(app.app.transfers.running.size).toBe(0)
  })

  it('is the same over HTTP/2, with END_STREAM', async () => {
    const source = failing(new LastbyteError('SOURCE_BUSY', ''))
    await using app = await serverWith({ source }, { tls })
    using client = await RawHttp2Client.connect(app.port)
    const { data, endStream, reset } = await client.frames(client.request('/f', { accept: EVENTS }))
    expect({ endStream, reset }).toEqual({ endStream: true, reset: undefined })
    expect(failureOf({ text: data.toString() })).toMatchObject({ code: 503 })
  })

  it('is the same where the application has asynchronous onSend hooks', async () => {
    const source = failing(new LastbyteError('SOURCE_BUSY', ''))
    await using app = await applicationWith({ source }, (app) => {
      app.addHook('onSend', async (_request, reply) => void reply.header('x-hook', '1'))
    })
    const got = await readEvents(app.port, '/f')
    expect(got.response.fields['x-hook']).toBe('1')
    expect(failureOf(got)).toMatchObject({ code: 503 })
  })

  it('does not keep readEventStream from a stream that begins after it', async () => {
    const text = Buffer.from('id: 1\ndata: a\n\nid: 1:end\nevent: end\ndata: {}\n\n')
    const head = { 'content-type': EVENTS, etag: '"v1"' }
    await using proxy = await ProxyWithOrigin.start(
      inTurn((_request, response) => void response.writeHead(503).end(), serve(text, head)),
      { upstream: { openFor: 0 }, files: { streams: { retry: 10, jitter: 0 } } },
    )
    const data: string[] = []
    for await (const event of readEventStream(`${proxy.front.url}/f`)) data.push(event.data)
    expect(data).toEqual(['a'])
    expect(proxy.origin.requests).toHaveLength(2)
  })
})

describe('A failure that stays a status with Accept: text/event-stream', () => {
  it.each<[string, ByteSource, number]>([
    ['an absent file', { open: async () => ({ kind: 'absent' }) }, 404],
    ['a refused file', { open: async () => ({ kind: 'refused', reason: 'no' }) }, 403],
    ['an unexpected error of the source', failing(sourceError()), 500],
    ['a value that is no error', failing(null), 500],
  ])('is %s', async (_what, source, status) => {
    await using app = await applicationWith({ source })
    expect((await readEvents(app.port, '/f', CLOSE)).response.status).toBe(status)
  })

  it.each([401, 403, 404, 410, 429, 500, 501])('is a %i of the origin', async (status) => {
    const script = (_request: unknown, response: ServerResponse) =>
      void response.writeHead(status).end()
    await using proxy = await ProxyWithOrigin.start(script, { upstream: { openFor: 0 } })
    expect((await readEvents(proxy.front.port, '/f', CLOSE)).response.status).toBe(status)
  })

  it('is one that a fault injects', async () => {
    const faults = new FaultLayer(1)
    const fields = { ...CLOSE, 'Lastbyte-Fault': 'status; status=503' }
    await using app = await serving(['x'], {}, faults)
    expect((await readEvents(app.port, '/events', fields)).response.status).toBe(503)
    using folder = new Folder({ f: 'x' })
    await using files = await applicationWith({ root: folder.path, faults })
    expect((await readEvents(files.port, '/f', fields)).response.status).toBe(503)
  })

  it.each([
    undefined,
    '*/*',
    'application/x-ndjson',
    'text/event-stream;q=0.1, application/problem+json',
    'text/html, application/json',
  ])('is a 503 to a client with Accept: %s', async (accept) => {
    await using app = await applicationWith({
      source: failing(new LastbyteError('SOURCE_BUSY', '')),
    })
    using client = new RawClient(app.port)
    client.request('/f', { ...CLOSE, ...(accept !== undefined && { Accept: accept }) })
    expect((await client.closed()).status).toBe(503)
  })
})

describe('reply.eventStream whose source fails before the first event', () => {
  const temporary = (statusCode: number) => Object.assign(new Error('secret'), { statusCode })
  const streamError = (status: number, retryable: boolean) =>
    new StreamError({ type: 'busy', status, retryable }, 'The feed is busy')

  it.each<[string, unknown, object]>([
    ['an error with statusCode 502', temporary(502), { type: 'source_error', code: 502 }],
    ['an error with statusCode 503', temporary(503), { type: 'source_error', code: 503 }],
    ['an error with statusCode 504', temporary(504), { type: 'source_error', code: 504 }],
    [
      'a retryable StreamError with status 503',
      streamError(503, true),
      { type: 'busy', code: 503, message: 'The feed is busy' },
    ],
  ])('sends a retryable error event with status 200 for %s', async (_what, error, failure) => {
    await using app = await serving(throwing(error), FIXED)
    const got = await readEvents(app.port, '/events')
    expect(got.response).toMatchObject({ status: 200, ended: 'fin' })
    expect(got.text).toMatch(/^retry: 1000\n\n/)
    expect(failureOf(got)).toMatchObject({ ...failure, retryable: true, offset: 0 })
    expect(got.text).not.toContain('secret')
    const headers = { accept: '*/*' }
    expect((await fetch(`${app.url}/events`, { headers })).status).toBe(
      (failure as { code: number }).code,
    )
  })

  it.each<[string, unknown, number]>([
    ['an error without a status', new Error('x'), 500],
    ['an error with statusCode 404', temporary(404), 404],
    ['an error with statusCode 429', temporary(429), 429],
    ['a final StreamError with status 503', streamError(503, false), 503],
    ['a retryable StreamError with status 429', streamError(429, true), 429],
  ])('sends a status for %s', async (_what, error, status) => {
    await using app = await serving(throwing(error))
    expect((await readEvents(app.port, '/events', CLOSE)).response.status).toBe(status)
  })

  it('is a status for ndjson, whose clients read it', async () => {
    await using app = await applicationWith({ serve: false }, (app) => {
      app.get('/rows', (_request, reply) => reply.ndjson(throwing(temporary(503))))
    })
    expect((await readEvents(app.port, '/rows', CLOSE)).response.status).toBe(503)
  })
})

function serving(
  source: EventSourceOf,
  options: EventStreamOptions = {},
  faults?: FaultLayer,
): Promise<Application> {
  return applicationWith(
    { serve: false, ...(faults !== undefined && { faults }) },
    (app: FastifyInstance) => {
      app.get('/events', (_request, reply) => reply.eventStream(source, options))
    },
  )
}

function throwing(error: unknown): () => AsyncGenerator<never> {
  // biome-ignore lint/correctness/useYield: throws before its first item
  return async function* () {
    throw error
  }
}
