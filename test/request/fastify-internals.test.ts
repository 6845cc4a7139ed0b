import { readFileSync } from 'node:fs'
import type { FastifyInstance, FastifyReply, fastify } from 'fastify'
import { describe, expect, it } from 'vitest'
import lastbyte from '../../src/plugin/plugin.js'
import { FastifyInternals } from '../../src/request/fastify-internals.js'
import { fileSource } from '../../src/source/file/file-source.js'
import { Folder } from '../fixture/files.js'

/** Each supported minor version: the newest as `fastify`, the others as aliases in package.json. */
const { devDependencies } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
)
const ALIASES = Object.keys(devDependencies).filter((name) => name.startsWith('fastify-5.'))
const PACKAGES = ['fastify', ...ALIASES]

async function create(name: string): Promise<FastifyInstance> {
  const { default: Fastify } = (await import(name)) as { default: typeof fastify }
  return Fastify() as unknown as FastifyInstance
}

/** The result of `skipsOnSend` for the reply of a route. */
async function skipsOnSendIn(
  name: string,
  setUp: (app: FastifyInstance) => void = () => {},
  handle: (reply: FastifyReply) => void = () => {},
): Promise<boolean> {
  const app = await create(name)
  const internals = new FastifyInternals()
  setUp(app)
  app.get('/', async (_request, reply) => {
    handle(reply)
    return { skips: internals.skipsOnSend(reply) }
  })
  const response = await app.inject('/')
  await app.close()
  return response.json().skips
}

it('the tests of FastifyInternals run with every minor version of Fastify 5 up to the installed one', async () => {
  const versions = await Promise.all(PACKAGES.map(async (name) => (await create(name)).version))
  const minors = versions.map((version) => Number(version.split('.')[1])).sort((a, b) => a - b)
  expect(minors).toEqual(minors.map((_minor, index) => index))
})

describe.each(PACKAGES)('With %s', (name) => {
  it('skipsOnSend is true for a reply without onSend hooks and trailers', async () => {
    expect(await skipsOnSendIn(name)).toBe(true)
  })

  it.each<[boolean, string, (app: FastifyInstance) => void, (reply: FastifyReply) => void]>([
    [false, 'an onSend hook', (app) => void app.addHook('onSend', async () => {}), () => {}],
    [
      true,
      'an onSend hook of an inner plugin, which does not apply outside of it',
      (app) => void app.register(async (inner) => void inner.addHook('onSend', async () => {})),
      () => {},
    ],
    [false, 'trailers', () => {}, (reply) => void reply.trailer('x-sum', async () => 'x')],
  ])('skipsOnSend is %s for a reply with %s', async (expected, _what, setUp, handle) => {
    expect(await skipsOnSendIn(name, setUp, handle)).toBe(expected)
  })

  it.each<[string, (app: FastifyInstance) => void, number, string]>([
    ['problem details without one', () => {}, 416, '"title":"Range Not Satisfiable"'],
    [
      'problem details where it throws the error again',
      (app) =>
        app.setErrorHandler((error) => {
          throw error
        }),
      416,
      '"title":"Range Not Satisfiable"',
    ],
    [
      'problem details where it rejects with the error',
      (app) =>
        app.setErrorHandler(async (error) => {
          throw error
        }),
      416,
      '"title":"Range Not Satisfiable"',
    ],
    ['its page', (app) => app.setErrorHandler((_e, _q, reply) => reply.send('mine')), 416, 'mine'],
    [
      'an object that a hook throws, with its status',
      (app) =>
        app.addHook('onRequest', async () => {
          throw { statusCode: 409, message: 'conflict' }
        }),
      409,
      'conflict',
    ],
    [
      'an object that setHeaders throws, with its status',
      (app) =>
        app.addHook('onRequest', async (request) => {
          request.headers = { 'x-throw': '1' }
        }),
      410,
      'gone',
    ],
    [
      'the error of an onSend hook, also for the problem details',
      (app) =>
        app.addHook('onSend', async () => {
          throw Object.assign(new Error('hook'), { statusCode: 502 })
        }),
      416,
      'hook',
    ],
  ])('an error handler that is set after the plugin: %s', async (_what, setUp, status, text) => {
    using folder = new Folder({ f: '0123456789' })
    const app = await create(name)
    await app.register(lastbyte, {
      root: folder.path,
      setHeaders: (reply) => {
        if (reply.request.headers['x-throw']) throw { statusCode: 410, message: 'gone' }
      },
    })
    setUp(app)
    const response = await app.inject({ url: '/f', headers: { range: 'bytes=10-' } })
    await app.close()
    expect(response.statusCode).toBe(status)
    expect(response.body).toContain(text)
    expect(response.headers['cache-control']).toBe('no-store')
    expect(response.headers['content-length']).toBe(String(response.rawPayload.length))
  })

  it('an async handler that returns nothing gets the file, the 404 or the refusal', async () => {
    using folder = new Folder({ f: '0123456789' })
    const app = await create(name)
    await app.register(lastbyte, { root: folder.path, serve: false })
    app.addHook('onError', async () => new Promise((resolve) => setTimeout(resolve, 5)))
    app.get('/send/*', async (request, reply) => {
      reply.sendFile((request.params as { '*': string })['*'])
    })
    const statuses: number[] = []
    for (const path of ['f', 'none', '..%2Fx']) {
      const response = await app.inject(`/send/${path}`)
      statuses.push(response.statusCode)
      expect(response.rawPayload.length).toBeGreaterThan(0)
    }
    await app.close()
    expect(statuses).toEqual([200, 404, 403])
  })

  it('the plugin sends files, ranges and cached files', async () => {
    using folder = new Folder({ f: '0123456789' })
    const app = await create(name)
    const files = fileSource({ roots: [folder.path], dotfiles: 'ignore' })
    let opens = 0
    const source = {
      ...files,
      open: (...args: Parameters<typeof files.open>) => {
        opens += 1
        return files.open(...args)
      },
    }
    await app.register(lastbyte, { source })
    app.get('/send', (_request, reply) => reply.sendFile('f'))
    const url = await app.listen({ host: '127.0.0.1', port: 0 })
    const get = async (path: string, headers = {}) => {
      const response = await fetch(url + path, { headers })
      return [response.status, await response.text()]
    }
    expect(await get('/f')).toEqual([200, '0123456789'])
    expect(await get('/send', { range: 'bytes=2-4' })).toEqual([206, '234'])
    const before = opens
    expect(await get('/f', { range: 'bytes=0-0' })).toEqual([206, '0'])
    expect(await get('/f', { range: 'bytes=99-' })).toEqual([416, expect.stringContaining('416')])
    expect(opens).toBe(before)
    await app.close()
  })
})

it.each([
  ['a reply without symbols', { request: {} }],
  ['a reply whose context moved', { request: {}, [Symbol('fastify.reply.trailers')]: null }],
])('skipsOnSend is false for %s', (_what, reply) => {
  expect(new FastifyInternals().skipsOnSend(reply as unknown as FastifyReply)).toBe(false)
})
