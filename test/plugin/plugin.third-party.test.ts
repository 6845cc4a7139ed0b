import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import basicAuth from '@fastify/basic-auth'
import compress from '@fastify/compress'
import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import jwt from '@fastify/jwt'
import rateLimit from '@fastify/rate-limit'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, describe, expect, it } from 'vitest'
import lastbyte from '../../src/plugin/plugin.js'
import { Folder } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'

const folder = new Folder({ 'a.txt': 'hello, '.repeat(400), 'big.bin': 'x'.repeat(300_000) })
afterAll(() => folder[Symbol.dispose]())

type Add = (app: FastifyInstance) => PromiseLike<unknown>

/** Plugins that refuse requests, with the refusal that every request gets. */
const GUARDS: [string, Add, number, Record<string, string>][] = [
  [
    '@fastify/rate-limit',
    (app) => app.register(rateLimit, { max: 0, timeWindow: 60_000 }),
    429,
    { 'retry-after': '60', 'x-ratelimit-limit': '0' },
  ],
  [
    '@fastify/basic-auth',
    async (app) => {
      const validate = async () => {
        throw new Error('no such user')
      }
      await app.register(basicAuth, { validate, authenticate: { realm: 'files' } })
      app.addHook('onRequest', (request, reply, done) => app.basicAuth(request, reply, done))
    },
    401,
    { 'www-authenticate': 'Basic realm="files", charset="UTF-8"' },
  ],
  [
    '@fastify/jwt',
    async (app) => {
      await app.register(jwt, { secret: 'secret' })
      app.addHook('onRequest', async (request) => {
        await request.jwtVerify()
      })
    },
    401,
    {},
  ],
]

async function listening(
  order: 'before' | 'after',
  add: Add,
  setUp: (app: FastifyInstance) => void = () => {},
) {
  const app = Fastify()
  setUp(app)
  if (order === 'before') await add(app)
  await app.register(lastbyte, { root: folder.path, maxAge: '1y', immutable: true })
  if (order === 'after') await add(app)
  app.get('/-/send/:name', (request, reply) =>
    reply.sendFile((request.params as { name: string }).name),
  )
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  return {
    app,
    async ask(path: string, fields: Record<string, string> = {}, method = 'GET') {
      using client = new RawClient(port)
      client.request(path, { Connection: 'close', ...fields }, method)
      return await client.closed()
    },
  }
}

const orders = ['before', 'after'] as const

describe.each(GUARDS)('A refusal of %s', (name, add, status, required) => {
  // This plugin adds its hook to routes that are added after it.
  const possible = name === '@fastify/rate-limit' ? (['before'] as const) : orders

  it.each(possible)('keeps its status and its fields, registered %s the files', async (order) => {
    const { app, ask } = await listening(order, add)
    for (const method of ['GET', 'HEAD']) {
      for (const path of ['/a.txt', '/big.bin', '/-/send/a.txt']) {
        const response = await ask(path, {}, method)
        expect(response.status, path).toBe(status)
        expect(response.fields).toMatchObject(required)
        if (method === 'GET') {
          expect(JSON.parse(response.body.toString())).toMatchObject({ statusCode: status })
          expect(response.fields['content-length']).toBe(String(response.body.length))
        }
        expect(response.fields.etag).toBeUndefined()
        if (!path.startsWith('/-/')) expect(response.fields['cache-control']).toBe('no-store')
      }
    }
    await app.close()
  })

  it.each(possible)(
    'reaches the error handler of the application, registered %s the files',
    async (order) => {
      const { app, ask } = await listening(order, add, (app) => {
        app.setErrorHandler((error: { statusCode?: number }, _request, reply) =>
          reply
            .code(error.statusCode ?? 500)
            .type('text/html')
            .send('<h1>mine</h1>'),
        )
      })
      const response = await ask('/a.txt')
      expect([response.status, response.body.toString()]).toEqual([status, '<h1>mine</h1>'])
      expect(response.fields).toMatchObject({ ...required, 'cache-control': 'no-store' })
      await app.close()
    },
  )
})

/** Plugins that change responses. */
const OTHERS: [string, Add, Record<string, string>][] = [
  ['@fastify/helmet', (app) => app.register(helmet), { 'x-frame-options': 'SAMEORIGIN' }],
  [
    '@fastify/cors',
    (app) => app.register(cors, { origin: 'https://a.example' }),
    { 'access-control-allow-origin': 'https://a.example' },
  ],
  ['@fastify/compress', (app) => app.register(compress, { threshold: 0 }), {}],
  [
    '@fastify/rate-limit below its limit',
    (app) => app.register(rateLimit, { max: 1000 }),
    { 'x-ratelimit-limit': '1000' },
  ],
]

describe.each(OTHERS)('A response beside %s', (name, add, fields) => {
  // These plugins add their hooks to routes that are added after them.
  const possible = name.includes('rate-limit') ? (['before'] as const) : orders
  const encoded = { 'accept-encoding': 'gzip' }

  it.each(possible)(
    'has the bytes, the fields and the errors of lastbyte, registered %s it',
    async (order) => {
      const { app, ask } = await listening(order, add)
      const whole = await ask('/a.txt', encoded)
      expect([whole.status, whole.body.length]).toEqual([200, 2800])
      expect(whole.fields).toMatchObject({ ...fields, 'content-length': '2800' })
      expect(whole.fields.etag).toMatch(/^"/)

      const head = await ask('/a.txt', encoded, 'HEAD')
      const { date: _date, ...described } = whole.fields
      const limit = 'x-ratelimit-remaining'
      expect({ ...head.fields, date: '', [limit]: '' }).toEqual({
        ...described,
        date: '',
        [limit]: '',
      })

      const range = await ask('/big.bin', { ...encoded, range: 'bytes=5-9' })
      expect([range.status, range.body.toString()]).toEqual([206, 'xxxxx'])
      const unchanged = await ask('/a.txt', { ...encoded, 'if-none-match': '*' })
      expect([unchanged.status, unchanged.fields['content-length']]).toEqual([304, undefined])

      for (const [path, request, status] of [
        ['/a.txt', { range: 'bytes=9999-' }, 416],
        ['/a.txt', { 'if-match': '"x"' }, 412],
        ['/a%00', {}, 400],
        ['/none', {}, 404],
        ['/-/send/none', {}, 404],
        ['/-/send/a.txt', { range: 'bytes=9999-' }, 416],
      ] as const) {
        const error = await ask(path, request)
        expect(error.status, path).toBe(status)
        expect(error.fields).toMatchObject({ ...fields, 'cache-control': 'no-store' })
        expect(error.fields['content-length']).toBe(String(error.body.length))
        expect(error.fields.etag).toBeUndefined()
      }
      await app.close()
    },
  )
})

describe('A file of a route that @fastify/compress changes', () => {
  it.each(['a.txt', 'big.bin'])(
    'is refused as a whole, %s, and not sent in parts',
    async (name) => {
      const { app, ask } = await listening('before', (app) =>
        app.register(compress, { threshold: 0, customTypes: /./ }),
      )
      const response = await ask(`/-/send/${name}`, { 'accept-encoding': 'gzip' })
      expect(response.status).toBe(500)
      // The error itself may be compressed.
      expect(JSON.parse(gunzipSync(response.body).toString())).toMatchObject({ statusCode: 500 })
      expect(response.fields['content-length']).toBe(String(response.body.length))
      expect(response.fields['cache-control']).toBe('no-store')
      for (const field of ['etag', 'last-modified', 'accept-ranges']) {
        expect(response.fields[field]).toBeUndefined()
      }
      await app.close()
    },
  )
})
