import { Readable } from 'node:stream'
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import { afterAll, describe, expect, it } from 'vitest'
import { LastbyteError } from '../../src/errors.js'
import { StatusError } from '../../src/http/status-error.js'
import lastbyte from '../../src/plugin/plugin.js'
import { Folder } from '../fixture/files.js'
import { MemorySource } from '../fixture/memory-source.js'

const folder = new Folder({ 'f.txt': 'text', 'big.bin': 'x'.repeat(3_000_000), 'd/x': 'x' })
afterAll(() => folder[Symbol.dispose]())

/** Fields that describe a representation, which no error has. */
const OF_FILE = ['etag', 'last-modified', 'accept-ranges', 'content-disposition', 'expires']

const FAILURES = {
  busy: new LastbyteError('SOURCE_BUSY', 'at /secret', { path: '/secret' }),
  slow: new LastbyteError('SOURCE_TIMEOUT', 'at /secret'),
  broken: new LastbyteError('SOURCE_FAILED', 'at /secret'),
  foreign: Object.assign(new Error('not for you'), { statusCode: 401 }),
}

const source = new MemorySource({ f: 'text' })
/** A source whose keys name the error that opening them causes. */
const failing = {
  open: async (key: string) => {
    if (key in FAILURES) throw FAILURES[key as keyof typeof FAILURES]
    return source.open(key)
  },
}

interface Refusal {
  readonly what: string
  readonly path: string
  readonly status: number
  readonly code: string
  readonly method?: 'DELETE'
  readonly headers?: Record<string, string>
  /** Fields that the status requires. */
  readonly required?: Record<string, string>
}

const REFUSALS: Refusal[] = [
  { what: 'a malformed target', path: '/files/a%00', status: 400, code: 'BAD_REQUEST' },
  { what: 'a path out of the folder', path: '/send/..%2Ff.txt', status: 403, code: 'FORBIDDEN' },
  {
    what: 'another method',
    path: '/files/f.txt',
    method: 'DELETE',
    status: 405,
    code: 'METHOD_NOT_ALLOWED',
    required: { allow: 'GET, HEAD, OPTIONS' },
  },
  ...['/files/', '/send/'].flatMap((at): Refusal[] => [
    {
      what: 'a failed condition',
      path: `${at}f.txt`,
      headers: { 'if-match': '"other"' },
      status: 412,
      code: 'PRECONDITION_FAILED',
    },
    {
      what: 'an unsatisfiable range',
      path: `${at}f.txt`,
      headers: { range: 'bytes=99-' },
      status: 416,
      code: 'RANGE_NOT_SATISFIABLE',
      required: { 'content-range': 'bytes */4' },
    },
    {
      what: 'an unsatisfiable range of a streamed file',
      path: `${at}big.bin`,
      headers: { range: 'bytes=3000000-' },
      status: 416,
      code: 'RANGE_NOT_SATISFIABLE',
      required: { 'content-range': 'bytes */3000000' },
    },
    {
      what: 'a malformed query of frames',
      path: `${at}f.txt?start=x`,
      headers: { accept: 'application/x-ndjson' },
      status: 400,
      code: 'BAD_REQUEST',
    },
  ]),
  {
    what: 'a source without descriptors',
    path: '/source/busy',
    status: 503,
    code: 'SOURCE_BUSY',
    required: { 'retry-after': '1' },
  },
  { what: 'a slow source', path: '/source/slow', status: 504, code: 'SOURCE_TIMEOUT' },
  { what: 'a failing source', path: '/source/broken', status: 500, code: 'SOURCE_FAILED' },
]

type Handler = Parameters<FastifyInstance['setErrorHandler']>[0]
type Place = 'before' | 'after' | 'parent' | 'later in the scope'

async function applicationWith(handler: Handler | undefined, place: Place) {
  const app = Fastify()
  const set = (scope: FastifyInstance) => handler && scope.setErrorHandler(handler)
  const addAll = async (scope: FastifyInstance) => {
    await scope.register(lastbyte, {
      root: folder.path,
      prefix: '/files/',
      maxAge: '1y',
      immutable: true,
    })
    await scope.register(lastbyte, { source: failing, prefix: '/source/' })
    scope.get('/send/*', (request, reply) =>
      reply
        .headers({ etag: '"own"', expires: 'Thu, 01 Jan 2099 00:00:00 GMT' })
        .header('cdn-cache-control', 'max-age=1000')
        .sendFile((request.params as { '*': string })['*']),
    )
  }
  if (place === 'before') set(app)
  if (place === 'parent' || place === 'later in the scope') {
    // Not awaited, so that the scope is loaded after the handler of its parent is set.
    app.register(async (scope) => {
      await addAll(scope)
      if (place !== 'parent') set(scope)
    })
    if (place === 'parent') set(app)
  } else {
    await addAll(app)
  }
  if (place === 'after') set(app)
  return app
}

async function respond(refusal: Refusal, handler: Handler | undefined, place: Place = 'before') {
  const app = await applicationWith(handler, place)
  const { path: url, method = 'GET', headers = {} } = refusal
  const response = await app.inject({ method, url, headers })
  await app.close()
  return response
}

function expectNoFileFields(headers: Record<string, unknown>): void {
  for (const name of OF_FILE) expect(headers[name], name).toBeUndefined()
  expect(headers['cdn-cache-control']).toBeUndefined()
  expect(headers['cache-control']).toBe('no-store')
}

describe.each(REFUSALS)('The refusal of $what at $path', (refusal) => {
  const { status, code, required = {} } = refusal
  // A request without a route is answered in the scope of the whole application.
  const places: Place[] = ['before', 'after']
  if (refusal.method === undefined) places.push('parent', 'later in the scope')

  it('has problem details without an error handler', async () => {
    const response = await respond(refusal, undefined)
    expect(response.statusCode).toBe(status)
    expect(response.headers).toMatchObject({
      ...required,
      'content-type': 'application/problem+json',
      'content-length': String(response.rawPayload.length),
    })
    expect(response.json()).toMatchObject({ status, type: 'about:blank' })
    expect(response.body).not.toContain('secret')
    expectNoFileFields(response.headers)
  })

  it.each(places)(
    'calls an error handler that is set %s once, with the code, the status and the fields',
    async (place) => {
      const seen: unknown[] = []
      const response = await respond(
        refusal,
        (error, _request, reply) => {
          seen.push({ error, status: reply.statusCode, fields: reply.getHeaders() })
          return reply.type('text/html').send('<h1>mine</h1>')
        },
        place,
      )
      expect(seen).toHaveLength(1)
      const [{ error, status: onReply, fields }] = seen as [
        { error: StatusError; status: number; fields: object },
      ]
      expect(error).toBeInstanceOf(StatusError)
      expect(error).toBeInstanceOf(LastbyteError)
      expect([error.code, error.statusCode, onReply]).toEqual([code, status, status])
      expect(error.headers).toEqual(required)
      expect(error.message).not.toContain('secret')
      expect(fields).toMatchObject(required)
      expect([response.statusCode, response.body]).toEqual([status, '<h1>mine</h1>'])
      expect(response.headers).toMatchObject({
        ...required,
        'content-type': 'text/html',
        'content-length': '13',
      })
      expectNoFileFields(response.headers)
    },
  )

  it.each<[string, Handler]>([
    [
      'throws it',
      (error) => {
        throw error
      },
    ],
    [
      'rejects with it',
      async (error) => {
        throw error
      },
    ],
    ['returns it', (error) => error],
    ['resolves with it', async (error) => error],
    ['sends it', (error, _request, reply) => reply.send(error)],
    ['sends it later', (error, _request, reply) => void setImmediate(() => reply.send(error))],
  ])('has problem details where the error handler %s', async (_how, handler) => {
    for (const place of places) {
      const response = await respond(refusal, handler, place)
      expect([response.statusCode, response.headers['content-type']]).toEqual([
        status,
        'application/problem+json',
      ])
      expect(response.json()).toMatchObject({ status, type: 'about:blank' })
      expect(response.headers).toMatchObject(required)
      expectNoFileFields(response.headers)
    }
  })

  it.each<[string, Handler, number, string]>([
    [
      'another error',
      () => {
        throw Object.assign(new Error('other'), { statusCode: 555 })
      },
      555,
      'other',
    ],
    [
      'an error without a status',
      () => {
        throw new Error('of the handler')
      },
      500,
      'of the handler',
    ],
    ['a redirect', (_error, _request, reply) => reply.redirect('/login'), 302, ''],
    [
      'a stream',
      (_error, _request, reply) => reply.code(599).send(Readable.from(['a', 'b'])),
      599,
      'ab',
    ],
    ['an object', async () => ({ mine: 1 }), status, '{"mine":1}'],
    ['nothing', async () => {}, status, ''],
  ])('is replaced by %s of the error handler', async (_what, handler, expected, text) => {
    const response = await respond(refusal, handler)
    expect(response.statusCode).toBe(expected)
    expect(response.body).toContain(text)
    expectNoFileFields(response.headers)
  })

  it.skipIf(refusal.method !== undefined)(
    'reaches the handlers of the scope and then of its parent',
    async () => {
      const order: string[] = []
      const app = Fastify()
      app.setErrorHandler((_error, _request, reply) => {
        order.push('parent')
        return reply.send('mine')
      })
      await app.register(async (scope) => {
        scope.setErrorHandler((error) => {
          order.push('scope')
          throw error
        })
        await scope.register(lastbyte, { root: folder.path, prefix: '/files/' })
        await scope.register(lastbyte, { source: failing, prefix: '/source/' })
        scope.get('/send/*', (request, reply) =>
          reply.sendFile((request.params as { '*': string })['*']),
        )
      })
      const { path: url, method = 'GET', headers = {} } = refusal
      const response = await app.inject({ method, url, headers })
      await app.close()
      expect(order).toEqual(['scope', 'parent'])
      expect([response.statusCode, response.body]).toEqual([status, 'mine'])
    },
  )

  it('keeps the Cache-Control that the error handler sets', async () => {
    const handlers: Handler[] = [
      (_error, _request, reply) => reply.header('cache-control', 'max-age=5').send('mine'),
      (error, _request, reply) => reply.header('cache-control', 'max-age=5').send(error),
    ]
    for (const handler of handlers) {
      const response = await respond(refusal, handler)
      expect(response.headers['cache-control']).toBe('max-age=5')
    }
  })
})

describe('An error with a status that a source throws', () => {
  it('has that status, and reaches the error handler as it is', async () => {
    const refusal = { what: '', path: '/source/foreign', status: 401, code: '' }
    const response = await respond(refusal, undefined)
    expect(response.statusCode).toBe(401)
    expect(response.json()).toMatchObject({ status: 401, detail: 'not for you' })
    let seen: unknown
    await respond(refusal, (error, _request, reply) => {
      seen = error
      return reply.send('mine')
    })
    expect(seen).toBe(FAILURES.foreign)
  })
})

describe('An error page that is a file', () => {
  const send =
    (status: number, path: string) =>
    (_error: unknown, _request: unknown, reply: FastifyReply): FastifyReply =>
      reply.code(status).sendFile(path)

  it('is sent with the status of the handler, without validators and Cache-Control of the options', async () => {
    for (const refusal of REFUSALS) {
      const response = await respond(refusal, send(599, 'f.txt') as never)
      expect([response.statusCode, response.body]).toEqual([599, 'text'])
      expectNoFileFields(response.headers)
    }
  })

  it('is sent whole, whatever range or condition the request has', async () => {
    const headers = { range: 'bytes=1-2', 'if-none-match': '*' }
    const refusal = { ...(REFUSALS[0] as Refusal), headers }
    for (const path of ['f.txt', 'big.bin']) {
      const response = await respond(refusal, send(400, path) as never)
      expect(response.statusCode).toBe(400)
      expect(response.rawPayload.length).toBe(path === 'f.txt' ? 4 : 3_000_000)
      expectNoFileFields(response.headers)
    }
  })

  it('that is absent is the 404 of the application', async () => {
    const response = await respond(REFUSALS[0] as Refusal, send(400, 'none') as never)
    expect(response.statusCode).toBe(404)
    expectNoFileFields(response.headers)
  })

  it('keeps a Cache-Control that the handler sets for it', async () => {
    const response = await respond(
      REFUSALS[0] as Refusal,
      ((_e: unknown, _q: unknown, reply: FastifyReply) =>
        reply.code(400).header('cache-control', 'max-age=5').sendFile('f.txt')) as never,
    )
    expect(response.headers['cache-control']).toBe('max-age=5')
  })
})

describe('A 404', () => {
  it.each(['/files/none', '/send/none', '/files/d/none'])(
    'of %s is that of the not-found handler, and is not cacheable',
    async (url) => {
      for (const own of [false, true]) {
        const app = await applicationWith(undefined, 'before')
        if (own) app.setNotFoundHandler((_request, reply) => reply.code(404).send('mine'))
        const response = await app.inject(url)
        await app.close()
        expect(response.statusCode).toBe(404)
        if (own) expect(response.body).toBe('mine')
        expectNoFileFields(response.headers)
      }
    },
  )
})
