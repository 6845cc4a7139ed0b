import type { FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import { LastbyteError } from '../../src/errors.js'
import type { PreparedResponse } from '../../src/response/prepared-response.js'
import { problemResponse } from '../../src/response/problem-response.js'
import { responseForError, sendResponse } from '../../src/response/send-response.js'
import { applicationWith } from '../fixture/application.js'
import { DeliveryRoute } from '../fixture/delivery.js'
import { Folder } from '../fixture/files.js'
import { MemorySource } from '../fixture/memory-source.js'
import { RawClient } from '../fixture/raw-http.js'

/** A body of these chunks, which counts the calls of its `release`. */
function bodyOf(chunks: readonly string[], length: number) {
  let released = 0
  async function* read() {
    for (const chunk of chunks) yield Buffer.from(chunk)
  }
  const response: PreparedResponse = {
    kind: 'body',
    status: 200,
    fields: { 'content-type': 'text/plain', 'content-length': String(length) },
    body: { length, first: undefined, rest: read() },
    release: async () => {
      released += 1
    },
  }
  return { response, released: () => released }
}

async function sending(response: PreparedResponse, setUp?: (app: FastifyInstance) => void) {
  const route = new DeliveryRoute()
  return route.open((delivery) => sendResponse(delivery, response), setUp)
}

describe('sendResponse', () => {
  it('delivers a body, settles its transfer and releases its source once', async () => {
    const { response, released } = bodyOf(['hello ', 'world'], 11)
    await using route = await sending(response)
    const received = await fetch(`${route.url}/f`)
    expect([received.status, await received.text()]).toEqual([200, 'hello world'])
    await expect.poll(() => route.records).toHaveLength(1)
    expect(route.records[0]).toMatchObject({ status: 200, bytes: 11, outcome: 'complete' })
    await expect.poll(() => [released(), route.running]).toEqual([1, 0])
  })

  it('cuts a body that ends early, and records that its source failed', async () => {
    const { response, released } = bodyOf(['hello'], 11)
    await using route = await sending(response)
    using client = new RawClient(route.port)
    client.request('/f')
    const received = await client.closed()
    expect([received.body.toString(), received.ended]).toEqual(['hello', 'fin'])
    await expect.poll(() => route.records[0]).toMatchObject({ bytes: 5, outcome: 'source-failed' })
    await expect.poll(() => [released(), route.running]).toEqual([1, 0])
  })

  it.each<[string, PreparedResponse, number, number]>([
    ['a complete response', { kind: 'complete', status: 304, fields: { etag: '"a"' } }, 304, 1],
    [
      'a complete response with content',
      { kind: 'complete', status: 200, fields: {}, bytes: Buffer.from('hi') },
      200,
      1,
    ],
    ['a payload', { kind: 'payload', fields: { vary: 'Accept' }, payload: { a: 1 } }, 200, 0],
    ['a status', { kind: 'status', status: 204, fields: { 'x-a': 'a' } }, 204, 0],
    ['a redirect', { kind: 'redirect', location: '/elsewhere/' }, 301, 0],
    ['the 404 of the application', { kind: 'not-found' }, 404, 0],
  ])('sends %s and settles its transfer', async (_what, response, status, records) => {
    await using route = await sending(response)
    const received = await fetch(`${route.url}/f`, { redirect: 'manual' })
    await received.arrayBuffer()
    expect(received.status).toBe(status)
    expect([route.records.length, route.running]).toEqual([records, 0])
  })

  it('closes the connection without a status line for no-response', async () => {
    await using route = await sending({ kind: 'no-response' })
    using client = new RawClient(route.port)
    client.request('/f')
    const received = await client.closed()
    expect([received.status, received.body.length, route.records]).toEqual([0, 0, []])
  })

  it('adds the fields of the response to those of the application, and joins Vary', async () => {
    const response: PreparedResponse = { kind: 'payload', fields: { vary: 'Accept' }, payload: 'x' }
    await using route = await sending(response, (app) => {
      app.addHook('onRequest', async (_request, reply) => {
        reply.headers({ vary: 'Origin', 'x-own': 'own' })
      })
    })
    const { headers } = await fetch(`${route.url}/f`)
    expect([headers.get('vary'), headers.get('x-own')]).toEqual(['Origin, Accept', 'own'])
  })

  it.each(['a\nb', 'a\0', '\x7f'])(
    'sends a 500 where a field of the application (%j) can’t be sent, and releases the source',
    async (value) => {
      const { response, released } = bodyOf(['hello'], 5)
      await using route = await sending(response, (app) => {
        app.addHook('onRequest', async (_request, reply) => {
          reply.header('x-bad', value)
        })
      })
      const received = await fetch(`${route.url}/f`)
      expect(received.status).toBe(500)
      expect(await received.json()).toMatchObject({ status: 500 })
      expect([released(), route.records, route.running]).toEqual([1, [], 0])
    },
  )

  it('closes the connection where the handler has begun a response itself', async () => {
    const { response, released } = bodyOf(['hello'], 5)
    const route = new DeliveryRoute()
    await using opened = await route.open(async (delivery) => {
      const { raw } = delivery.reply
      raw.writeHead(200, { 'content-length': '100' })
      await new Promise((written) => raw.write('own', written))
      return sendResponse(delivery, response)
    })
    using client = new RawClient(opened.port)
    client.request('/f')
    expect((await client.closed()).body.toString()).toBe('own')
    expect([released(), opened.records]).toEqual([1, []])
    expect(opened.log.some(({ msg }) => msg === 'failed after the header section')).toBe(true)
  })
})

describe('sendResponse through the HEAD route that Fastify adds to a GET route', () => {
  it.each<[string, Record<string, string>, number, string | null]>([
    ['the length of the file', {}, 200, '11'],
    ['no length with 304', { 'if-none-match': '*' }, 304, null],
  ])('announces %s', async (_what, headers, status, length) => {
    using folder = new Folder({ f: 'hello world' })
    await using app = await applicationWith({ root: folder.path, serve: false }, (app) => {
      app.get('/f', (_request, reply) => reply.sendFile('f'))
    })
    const received = await fetch(`${app.url}/f`, { method: 'HEAD', headers })
    expect([received.status, received.headers.get('content-length')]).toEqual([status, length])
  })
})

describe('sendResponse with a source of the application', () => {
  const throwing = () => {
    throw new Error('broken close')
  }
  it.each([
    ['throws', throwing],
    ['returns undefined', () => undefined],
    ['rejects', () => Promise.reject(new Error('broken close'))],
  ])('sends the response and settles its transfer once where close %s', async (_how, close) => {
    const memory = new MemorySource({ f: 'hello world' })
    const source = {
      open: async (key: string) => {
        const opened = await memory.open(key)
        if (opened.kind !== 'representation') return opened
        return { ...opened, representation: { ...opened.representation, close: close as never } }
      },
    }
    await using app = await applicationWith({ source })
    const statuses: number[] = []
    for (const [method, headers] of [
      ['GET', {}],
      ['HEAD', {}],
      ['GET', { 'if-none-match': '*' }],
      ['GET', { 'if-match': '"x"' }],
    ] as const) {
      const received = await fetch(`${app.url}/f`, { method, headers })
      await received.arrayBuffer()
      statuses.push(received.status)
    }
    expect(statuses).toEqual([200, 200, 304, 412])
    await app.settled(2)
    await expect.poll(() => [app.records.length, app.app.transfers.running.size]).toEqual([3, 0])
  })

  it('sends a 204 without the representation fields that the application has set', async () => {
    await using app = await applicationWith({ serve: false }, (app) => {
      app.get('/events', (_request, reply) =>
        reply
          .headers({
            'content-length': '5',
            etag: '"a"',
            'cache-control': 'public',
            'x-own': 'own',
          })
          .eventStream([]),
      )
    })
    const { status, headers } = await fetch(`${app.url}/events`, {
      headers: { 'last-event-id': 'a:end' },
    })
    expect([status, headers.get('x-own')]).toEqual([204, 'own'])
    for (const name of ['content-length', 'etag', 'cache-control']) {
      expect(headers.get(name)).toBeNull()
    }
  })

  it('sends an error status where node:http rejects the fields of a cached file', async () => {
    using folder = new Folder({ f: 'hello world' })
    await using app = await applicationWith({ root: folder.path, serve: false }, (app) => {
      app.get('/plain', (_request, reply) => reply.sendFile('f'))
      app.get('/f', (_request, reply) => reply.header('trailer', 'x').sendFile('f'))
    })
    await (await fetch(`${app.url}/plain`)).text()
    const received = await fetch(`${app.url}/f`)
    expect(received.status).toBe(500)
  })
})

describe('responseForError', () => {
  it.each<[string, unknown, number, boolean]>([
    ['an error of the source', new LastbyteError('SOURCE_FAILED', 'at /secret'), 500, true],
    ['a timeout', new LastbyteError('SOURCE_TIMEOUT', 'at /secret'), 504, true],
    ['a malformed fault of the client', new LastbyteError('BAD_FAULT', 'fault: no'), 400, false],
    ['null', null, 500, true],
    ['undefined', undefined, 500, true],
  ])('returns a problem for %s', async (_what, error, status, isLogged) => {
    const route = new DeliveryRoute()
    await using opened = await route.open((delivery) =>
      sendResponse(delivery, responseForError(delivery, error)),
    )
    const received = await fetch(`${opened.url}/f?secret=1`)
    expect(received.status).toBe(status)
    expect(await received.text()).not.toContain('secret')
    const errors = opened.log.filter(({ msg }) => msg === 'failed before the header section')
    expect(errors).toHaveLength(isLogged ? 1 : 0)
    expect(opened.records).toEqual([])
  })

  it('returns client-gone when the client has disconnected', async () => {
    let response: PreparedResponse | undefined
    const route = new DeliveryRoute()
    await using opened = await route.open((delivery) => {
      delivery.transfer.abort(new LastbyteError('CLIENT_GONE', 'gone'))
      response = responseForError(delivery, new Error('unused'))
      return sendResponse(delivery, problemResponse(delivery.reply, { status: 499 }))
    })
    await fetch(`${opened.url}/f`)
    expect(response).toEqual({ kind: 'client-gone' })
  })
})
