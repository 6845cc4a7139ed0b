import { createRequire } from 'node:module'
import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import createError from '@fastify/error'
import Fastify, { type FastifyError, type FastifyInstance } from 'fastify'
import { afterAll, describe, expect, it } from 'vitest'
import lastbyte from '../../src/plugin/plugin.js'
import type { LastbyteOptions } from '../../src/settings/options.js'
import { Folder } from '../fixture/files.js'

const require = createRequire(import.meta.url)
// The types of @fastify/static collide with those of lastbyte; http-errors has none.
const fastifyStatic = require('@fastify/static')
const httpErrors = require('http-errors')

// One folder for all: @fastify/static may open a file after its response was replaced by an error.
const folder = new Folder({ 'f.txt': 'text' })
afterAll(() => folder[Symbol.dispose]())

/** Fields that an error response must not have: a cache would use them for the file. */
const OF_FILE = [
  'etag',
  'last-modified',
  'accept-ranges',
  'content-encoding',
  'content-disposition',
  'expires',
  'age',
]

const Teapot = createError('MY_TEAPOT', 'short and stout', 418)

/** Errors that an application throws, and the status that Fastify gives them. */
const ERRORS: [string, unknown, number][] = [
  ['an Error', new Error('plain'), 500],
  ['an error with statusCode', Object.assign(new Error('no'), { statusCode: 401 }), 401],
  ['an error with status', Object.assign(new Error('no'), { status: 403 }), 403],
  ['an error of @fastify/error', new Teapot(), 418],
  ['an error of http-errors', httpErrors(429, 'slow', { headers: { 'retry-after': '7' } }), 429],
  ['a 503', Object.assign(new Error('later'), { statusCode: 503 }), 503],
  ['an object with statusCode', { statusCode: 409, message: 'conflict' }, 409],
  ['a text', 'thrown', 500],
]

type Stage = (app: FastifyInstance, error: unknown) => void

const STAGES: [string, Stage][] = [
  ...(['onRequest', 'preParsing', 'preValidation', 'preHandler', 'onSend'] as const).map(
    (name): [string, Stage] => [
      name,
      (app, error) => {
        app.addHook(name as 'onRequest', async (_request, reply) => {
          // An error page runs the hook again.
          if (reply.statusCode < 400 && name === 'onSend') throw error
          if (name !== 'onSend') throw error
        })
      },
    ],
  ),
  [
    'onRequest with fields on the reply',
    (app, error) => {
      app.addHook('onRequest', async (_request, reply) => {
        reply.headers({ 'www-authenticate': 'Basic', 'x-limit': '5' })
        throw error
      })
    },
  ],
]

type Serve = (app: FastifyInstance) => PromiseLike<unknown>

const both: Record<'lastbyte' | 'static', Serve> = {
  lastbyte: (app) => app.register(lastbyte, { root: folder.path }),
  static: (app) => app.register(fastifyStatic, { root: folder.path }),
}

/** The response of an application that `setUp` and `serve` make, in this order or the other. */
async function respond(
  serve: Serve,
  setUp: (app: FastifyInstance) => void,
  order: 'before' | 'after',
) {
  const app = Fastify()
  if (order === 'before') setUp(app)
  await serve(app)
  if (order === 'after') setUp(app)
  const response = await app.inject('/f.txt')
  await app.close()
  return response
}

describe('An error of the application on the routes of files', () => {
  const cases = STAGES.flatMap(([stage, add]) =>
    ERRORS.flatMap(([what, error, status]) =>
      (['before', 'after'] as const).map((order) => ({ stage, add, what, error, status, order })),
    ),
  )

  it.each(cases)(
    'gets the response of Fastify for $what of $stage, with a hook that is added $order the plugin',
    async ({ add, error, status, order }) => {
      const setUp = (app: FastifyInstance) => add(app, error)
      const own = await respond(both.lastbyte, setUp, order)
      const theirs = await respond(both.static, setUp, order)
      expect(own.statusCode).toBe(status)
      expect([own.statusCode, own.body]).toEqual([theirs.statusCode, theirs.body])
      for (const name of ['www-authenticate', 'x-limit', 'retry-after', 'content-type']) {
        expect(own.headers[name], name).toBe(theirs.headers[name])
      }
      expect(own.headers['content-length']).toBe(String(own.rawPayload.length))
      expect(own.headers['cache-control']).toBe('no-store')
      for (const name of OF_FILE) expect(own.headers[name], name).toBeUndefined()
    },
  )

  it.each(cases)(
    'reaches the error handler of the application as it was thrown: $what of $stage, $order',
    async ({ add, error, order }) => {
      const seen: unknown[] = []
      const response = await respond(
        both.lastbyte,
        (app) => {
          app.setErrorHandler((received, _request, reply) => {
            seen.push(received)
            return reply.code(599).type('text/html').send('<h1>mine</h1>')
          })
          add(app, error)
        },
        order,
      )
      expect(seen).toEqual([error])
      expect(seen[0]).toBe(error)
      expect([response.statusCode, response.body]).toEqual([599, '<h1>mine</h1>'])
      expect(response.headers['content-length']).toBe('13')
      expect(response.headers['cache-control']).toBe('no-store')
      for (const name of OF_FILE) expect(response.headers[name], name).toBeUndefined()
    },
  )
})

/** Functions of the application that lastbyte calls, each of which throws. */
const CALLBACKS: [string, (error: unknown) => LastbyteOptions][] = [
  [
    'allowedPath',
    (error) => ({
      allowedPath: () => {
        throw error
      },
    }),
  ],
  [
    'setHeaders',
    (error) => ({
      setHeaders: () => {
        throw error
      },
    }),
  ],
  ['an asynchronous setHeaders', (error) => ({ setHeaders: () => Promise.reject(error) as never })],
  [
    'list.render',
    (error) => ({
      list: {
        format: 'html' as const,
        render: () => {
          throw error
        },
      },
    }),
  ],
]

describe('An error that an option throws', () => {
  const cases = CALLBACKS.flatMap(([option, optionsOf]) =>
    ERRORS.flatMap(([what, error, status]) =>
      ['/', '/send/'].map((path) => ({ option, optionsOf, what, error, status, path })),
    ),
  )

  async function get(
    options: LastbyteOptions,
    path: string,
    setUp: (app: FastifyInstance) => void = () => {},
  ) {
    const app = Fastify()
    await app.register(lastbyte, { root: folder.path, ...options })
    app.get('/send/*', (request, reply) =>
      reply.sendFile((request.params as { '*': string })['*'] ?? ''),
    )
    setUp(app)
    const response = await app.inject('list' in options ? path : `${path}f.txt`)
    await app.close()
    return response
  }

  it.each(cases)('has its own status by $option: $what at $path', async (row) => {
    const response = await get(row.optionsOf(row.error), row.path)
    expect(response.statusCode).toBe(row.status)
    const { message = 'thrown', headers = {} } = row.error as { message?: string; headers?: object }
    // The error of a function that works on files may contain paths.
    if (row.status !== 500 || row.option === 'list.render') expect(response.body).toContain(message)
    else expect(response.body).not.toContain(message)
    expect(response.headers).toMatchObject({ ...headers, 'cache-control': 'no-store' })
    for (const name of OF_FILE) expect(response.headers[name], name).toBeUndefined()
  })

  it.each(cases)('reaches the error handler by $option: $what at $path', async (row) => {
    const seen: unknown[] = []
    const response = await get(row.optionsOf(row.error), row.path, (app) => {
      app.setErrorHandler((error: FastifyError, _request, reply) => {
        seen.push(error)
        return reply.send('mine')
      })
    })
    expect(seen[0]).toBe(row.error)
    expect([seen.length, response.statusCode, response.body]).toEqual([1, row.status, 'mine'])
  })
})

describe('An onSend hook that reads the payload of a file', () => {
  const WAYS: [
    string,
    (payload: Readable, done: (error: Error | null, body?: unknown) => void) => void,
  ][] = [
    [
      'by events',
      (payload, done) => {
        const chunks: Buffer[] = []
        payload.on('data', (chunk) => chunks.push(chunk))
        payload.on('end', () => done(null, Buffer.concat(chunks)))
      },
    ],
    ['by pipe', (payload, done) => done(null, payload.pipe(new PassThrough()))],
    ['by Readable.from', (payload, done) => done(null, Readable.from(payload))],
    ['by for await', (payload, done) => void text(payload).then((body) => done(null, body), done)],
  ]
  const routes = ['/files/big.bin', '/files/f.txt', '/rows']

  it.each(WAYS.flatMap(([way, read]) => routes.map((url) => [way, url, read] as const)))(
    'gets a 500 at once %s, for %s, which no cache keeps',
    async (_way, url, read) => {
      using files = new Folder({ 'f.txt': 'text', 'big.bin': 'x'.repeat(3_000_000) })
      const app = Fastify()
      app.addHook('onSend', (_request, _reply, payload, done) => {
        if (payload instanceof Object && 'pipe' in payload) read(payload as Readable, done as never)
        else done(null, payload)
      })
      await app.register(lastbyte, { root: files.path, prefix: '/files/' })
      app.get('/rows', (_request, reply) => reply.ndjson([1, 2]))
      const { statusCode, headers, body } = await app.inject(url)
      await app.close()
      expect([statusCode, headers['cache-control'], headers.etag]).toEqual([
        500,
        'no-store',
        undefined,
      ])
      expect(body).toContain('an onSend hook')
    },
  )
})
