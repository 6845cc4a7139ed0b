import { once } from 'node:events'
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { describe, expect, it } from 'vitest'
import { applicationWith } from '../fixture/application.js'
import { FailingSource } from '../fixture/failing-source.js'
import { Folder } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'

const BIG = 3_000_000
const FILES = { 'small.txt': 'text', 'big.bin': 'x'.repeat(BIG), 'index.html': '<h1>app</h1>' }

/** An application with a route `/f`, and the response to one request for it. */
async function responseOf(
  handler: (reply: FastifyReply) => unknown,
  setUp: (app: FastifyInstance) => void = () => {},
  { method = 'GET', fields = {} }: { method?: string; fields?: Record<string, string> } = {},
) {
  using folder = new Folder(FILES)
  await using app = await applicationWith({ root: folder.path, serve: false }, (app) => {
    setUp(app)
    app.route({ method: ['GET', 'HEAD'], url: '/f', handler: (_request, reply) => handler(reply) })
  })
  using client = new RawClient(app.port)
  client.request('/f', { Connection: 'close', ...fields }, method)
  const response = await client.closed()
  await expect.poll(() => app.app.transfers.running.size).toBe(0)
  return { response, records: app.records, log: app.log }
}

const WAYS: [string, (reply: FastifyReply) => unknown][] = [
  ['sendFile', (reply) => reply.sendFile('small.txt')],
  ['sendFile of a streamed file', (reply) => reply.sendFile('big.bin')],
  ['download', (reply) => reply.download('small.txt')],
  ['ndjson', (reply) => reply.ndjson([1])],
  ['eventStream', (reply) => reply.eventStream(['a'])],
]

describe('An async handler that returns nothing', () => {
  const slow = (app: FastifyInstance) =>
    app.addHook('onSend', async () => new Promise<void>((resolve) => setImmediate(resolve)))

  it.each(WAYS)('gets the whole response of %s', async (_way, send) => {
    for (const setUp of [() => {}, slow]) {
      const returned = await responseOf(send, setUp)
      const awaited = await responseOf(async (reply) => void send(reply), setUp)
      const { status, body, fields } = awaited.response
      expect([status, fields['content-length']]).toEqual([
        200,
        returned.response.fields['content-length'],
      ])
      expect(body.length).toBe(returned.response.body.length)
      expect(awaited.records).toHaveLength(1)
    }
  })

  it('gets the 404 and the error page of an application', async () => {
    const absent = await responseOf(async (reply) => void reply.sendFile('absent'))
    expect(absent.response.status).toBe(404)
    const refused = await responseOf(async (reply) => void reply.sendFile('../absent'))
    expect(refused.response.status).toBe(403)
  })
})

describe('A refusal in an async handler that returns nothing', () => {
  const slowly = () => new Promise<void>((resolve) => setTimeout(resolve, 20))

  it.each<[string, (app: FastifyInstance) => void]>([
    ['an onError hook that waits', (app) => app.addHook('onError', slowly)],
    [
      'an error handler that waits',
      (app) =>
        app.setErrorHandler(async (_error, _request, reply) => {
          await slowly()
          return reply.send('a page')
        }),
    ],
    [
      'an onSend hook that waits',
      (app) => {
        app.addHook('onSend', slowly)
      },
    ],
  ])('is one response beside %s', async (_what, setUp) => {
    for (const send of [
      (reply: FastifyReply) => reply.sendFile('../absent'),
      (reply: FastifyReply) => reply.sendFile('small.txt'),
      (reply: FastifyReply) => reply.sendFile('big.bin'),
    ]) {
      const fields = { Range: `bytes=${BIG}-` }
      const { response } = await responseOf(async (reply) => void send(reply), setUp, { fields })
      expect([403, 416]).toContain(response.status)
      expect(response.body.length).toBeGreaterThan(0)
      expect(response.fields['content-length']).toBe(String(response.body.length))
    }
  })

  it('gives way to an error that the handler throws, and to what it returns', async () => {
    const thrown = await responseOf(async (reply) => {
      reply.sendFile('../absent')
      throw Object.assign(new Error('own'), { statusCode: 418 })
    })
    expect(thrown.response.status).toBe(418)
    const returned = await responseOf(async (reply) => {
      reply.sendFile('../absent')
      return 'mine'
    })
    expect(returned.response.body.toString()).toBe('mine')
  })
})

describe('An error handler that returns nothing', () => {
  it('ends the request without content, as in Fastify', async () => {
    const { response } = await responseOf(
      (reply) => reply.sendFile('../absent'),
      (app) => app.setErrorHandler(async () => {}),
    )
    expect([response.status, response.body.length]).toEqual([403, 0])
  })
})

describe('An error that a handler throws after it has called sendFile', () => {
  const failing = (send: (reply: FastifyReply) => unknown) => async (reply: FastifyReply) => {
    send(reply)
    throw Object.assign(new Error('late'), { statusCode: 418 })
  }

  it.each(WAYS)(
    'is sent in place of the response of %s, unless that has begun',
    async (_way, send) => {
      const { response, records } = await responseOf(failing(send), (app) => {
        // Without a hook, a cached file is sent before the handler throws.
        app.addHook('onSend', async () => {})
        app.setErrorHandler((_error, _request, reply) => reply.code(418).send('a page'))
      })
      expect([response.status, response.body.toString(), response.ended]).toEqual([
        418,
        'a page',
        'fin',
      ])
      expect(response.fields).toMatchObject({ 'content-length': '6', 'cache-control': 'no-store' })
      for (const name of ['etag', 'last-modified', 'accept-ranges']) {
        expect(response.fields[name]).toBeUndefined()
      }
      expect(records).toEqual([])
    },
  )

  it('does not end a stream page of the error handler when the file is opened meanwhile', async () => {
    const { response } = await responseOf(
      failing((reply) => reply.sendFile('big.bin')),
      (app) => {
        app.setErrorHandler((_error, _request, reply) =>
          reply.code(418).send(Readable.from(['a ', 'page'])),
        )
      },
    )
    expect(response.status).toBe(418)
    expect(response.body.toString()).toContain('page')
    expect(response.body.toString()).toMatch(/0\r\n\r\n$/)
  })

  it.each([
    ['with an onSend hook', (app: FastifyInstance) => app.addHook('onSend', async () => {})],
    ['without hooks', () => {}],
  ])('calls no error handler when the header section is out, %s', async (_how, setUp) => {
    using folder = new Folder(FILES)
    let calls = 0
    let fail = () => {}
    const failed = new Promise<void>((resolve) => {
      fail = resolve
    })
    await using app = await applicationWith({ root: folder.path, serve: false }, (app) => {
      setUp(app)
      app.setErrorHandler((_error, _request, reply) => {
        calls += 1
        return reply.code(500).send('a page')
      })
      app.get('/f', async (_request, reply) => {
        reply.sendFile('big.bin')
        await failed
        throw new Error('late')
      })
    })
    using client = new RawClient(app.port)
    client.socket.pause()
    client.request('/f', { Connection: 'close' })
    // The header section is in the receive buffer of the client.
    client.socket.resume()
    await client.until(1)
    client.socket.pause()
    fail()
    await new Promise((resolve) => setImmediate(resolve))
    client.socket.resume()
    const response = await client.closed()
    expect([response.status, response.body.length, calls]).toEqual([200, BIG, 0])
    expect((await app.settled()).outcome).toBe('complete')
  })
})

describe('An onSend hook that throws', () => {
  const hook = (app: FastifyInstance) =>
    app.addHook('onSend', async (_request, reply) => {
      if (reply.statusCode < 400) throw Object.assign(new Error('hook'), { statusCode: 502 })
    })

  it.each([
    ...WAYS.map(([way, send]) => [way, send, {}] as const),
    ['a 206', WAYS[0]?.[1], { fields: { Range: 'bytes=1-2' } }] as const,
    ['a 304', WAYS[0]?.[1], { fields: { 'If-None-Match': '*' } }] as const,
    ['a HEAD', WAYS[0]?.[1], { method: 'HEAD' }] as const,
  ])('replaces %s by an error without its fields, in one record', async (_way, send, request) => {
    const { response, records } = await responseOf(send ?? (() => {}), hook, request)
    expect(response.status).toBe(502)
    const { method } = request as { method?: string }
    const length = Number(response.fields['content-length'])
    if (method !== 'HEAD') expect(response.body.length).toBe(length)
    expect(response.fields['cache-control']).toBe('no-store')
    for (const name of ['etag', 'last-modified', 'accept-ranges', 'content-range']) {
      expect(response.fields[name], name).toBeUndefined()
    }
    for (const record of records) {
      expect(record).toMatchObject({ status: 502, bytes: 0, outcome: 'source-failed' })
    }
    expect(records.length).toBeLessThanOrEqual(1)
  })

  it('closes the source of the body at once, before the error handler responds', async () => {
    const source = new FailingSource(BIG, { kind: 'ends', at: BIG })
    let openCount: number | undefined
    await using app = await applicationWith({ source, serve: false }, (app) => {
      hook(app)
      app.setErrorHandler(async (_error, _request, reply) => {
        await expect.poll(() => source.openCount).toBe(0)
        openCount = source.openCount
        return reply.code(503).send('a page')
      })
      app.get('/f', (_request, reply) => reply.sendFile('f'))
    })
    const response = await fetch(`${app.url}/f`)
    expect([response.status, await response.text(), openCount]).toEqual([503, 'a page', 0])
    expect(await app.settled()).toMatchObject({ status: 503, bytes: 0 })
  })
})

describe('A not-found handler that serves a single-page application', () => {
  const page = (app: FastifyInstance) =>
    app.setNotFoundHandler((_request, reply) => reply.code(200).sendFile('index.html'))

  it('gets the Cache-Control of the file, and not that of the 404', async () => {
    const { response } = await responseOf((reply) => reply.sendFile('absent'), page)
    expect(response.status).toBe(200)
    expect(response.fields).toMatchObject({ 'cache-control': 'public, max-age=0' })
    expect(response.fields.etag).toBeDefined()
  })

  it.each(['private', 'no-store'])('keeps the Cache-Control %s of a hook', async (value) => {
    const { response } = await responseOf(
      (reply) => reply.sendFile('absent'),
      (app) => {
        page(app)
        app.addHook('onRequest', async (_request, reply) => {
          reply.header('cache-control', value)
        })
      },
    )
    expect([response.status, response.fields['cache-control']]).toEqual([200, value])
  })
})

describe.each<[string, (app: FastifyInstance) => void]>([
  ['without hooks', () => {}],
  [
    'with an onSend hook that waits',
    (app) => {
      app.addHook('onSend', (_request, _reply, payload, done) => {
        setImmediate(() => done(null, payload))
      })
    },
  ],
])('Two responses to one request, %s,', (_how, setUp) => {
  it('are the first, and a warning', async () => {
    const { response, log } = await responseOf((reply) => {
      reply.sendFile('big.bin')
      return reply.sendFile('big.bin')
    }, setUp)
    expect([response.status, response.body.length]).toEqual([200, BIG])
    expect(log.some(({ msg }) => String(msg).includes('already sent'))).toBe(true)
  })

  it.each<[string, (reply: FastifyReply) => unknown]>([
    ['at once', (reply) => reply.send('mine')],
    ['as the result of an async handler', async () => 'mine'],
  ])('are the one that the application sends %s, before the file is open', async (_when, send) => {
    const { response, records } = await responseOf((reply) => {
      reply.sendFile('big.bin')
      return send(reply)
    }, setUp)
    expect([response.status, response.body.toString(), response.ended]).toEqual([
      200,
      'mine',
      'fin',
    ])
    expect(records).toEqual([])
  })

  it('are the 404 where an async handler returns nothing', async () => {
    const { response } = await responseOf(
      async (reply) => void reply.sendFile('absent'),
      (app) => {
        setUp(app)
        app.setNotFoundHandler((_request, reply) => reply.code(404).send('none'))
      },
    )
    expect([response.status, response.body.toString()]).toEqual([404, 'none'])
  })
})

it('A client that leaves while an error handler waits settles the transfer once', async () => {
  const source = new FailingSource(BIG, { kind: 'ends', at: BIG })
  let enter = () => {}
  const entered = new Promise<void>((resolve) => {
    enter = resolve
  })
  await using app = await applicationWith({ source, serve: false }, (app) => {
    app.addHook('onSend', async () => {
      throw new Error('hook')
    })
    app.setErrorHandler(() => {
      enter()
      return new Promise(() => {})
    })
    app.get('/f', (_request, reply) => reply.sendFile('f'))
  })
  const client = new RawClient(app.port)
  client.request('/f')
  await entered
  client.socket.destroy()
  await once(client.socket, 'close')
  await app.settled()
  expect(app.records).toHaveLength(1)
  await expect.poll(() => source.openCount).toBe(0)
})
