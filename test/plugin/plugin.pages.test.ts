import compress from '@fastify/compress'
import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import Fastify, { type FastifyInstance, type RouteOptions } from 'fastify'
import { afterAll, describe, expect, it } from 'vitest'
import { PAGE_POLICY } from '../../src/pages/page.js'
import lastbyte from '../../src/plugin/plugin.js'
import type { LastbyteOptions } from '../../src/settings/options.js'
import { Folder } from '../fixture/files.js'

const folder = new Folder({
  'film.mp4': 'x',
  'film.srt': '1\n00:00:01,000 --> 00:00:02,000\nhello\n',
  'film.jpg': 'x',
  'a/b.mp4': 'x',
  'a/poster.jpg': 'x',
  '.hidden.mp4': 'x',
  'private/film.mp4': 'x',
  'private/film.srt': '1\n00:00:01,000 --> 00:00:02,000\nhello\n',
  'map.mp4': 'x',
  '-/watch/film.mp4': 'a file of the folder',
  '-/worker.js': 'a file of the folder',
  '-/other.txt': 'a file of the folder',
})
afterAll(() => folder[Symbol.dispose]())

type SetUp = (app: FastifyInstance) => unknown

async function applicationOf(
  options: LastbyteOptions = {},
  { before = () => {}, after = () => {} }: { before?: SetUp; after?: SetUp } = {},
): Promise<FastifyInstance> {
  const app = Fastify()
  await before(app)
  await app.register(lastbyte, { root: folder.path, pages: true, ...options })
  await after(app)
  return app
}

/** The path below which the worker may control pages, as a browser resolves it (Service Workers §3.1.1). */
async function scopeOf(app: FastifyInstance, path: string): Promise<string> {
  const { headers } = await app.inject(`${path}-/worker.js`)
  const allowed = String(headers['service-worker-allowed'])
  return new URL(allowed, `http://host.test${path}-/worker.js`).pathname
}

/** One URL of each kind of page. */
const PAGES = ['-/watch/film.mp4', '-/subtitles/film.srt', '-/assets/lastbyte.css', '-/worker.js']

describe('The option pages', () => {
  it.each([
    ['no prefix', {}, '/'],
    ['a prefix', { prefix: '/films' }, '/films/'],
    ['a prefix of two segments', { prefix: '/v1/films/' }, '/v1/films/'],
    ['a prefix with a parameter', { prefix: '/of/:tenant/' }, '/of/me/'],
    ['a route for each file', { wildcard: false }, '/'],
    ['a route for each file and a prefix', { wildcard: false, prefix: '/films' }, '/films/'],
  ])('adds every page with %s, for GET and HEAD', async (_what, options, path) => {
    const app = await applicationOf(options)
    for (const page of PAGES) {
      const get = await app.inject(path + page)
      const head = await app.inject({ method: 'HEAD', url: path + page })
      expect([page, get.statusCode, head.statusCode]).toEqual([page, 200, 200])
      expect(head.headers['content-length']).toBe(get.headers['content-length'])
    }
    expect(await scopeOf(app, path)).toBe(path)
    await app.close()
  })

  it('adds them below the prefix of a scope, whose slash at its end is not doubled', async () => {
    const app = Fastify()
    for (const prefix of ['/one', '/two/']) {
      await app.register(
        async (scope) => {
          await scope.register(lastbyte, { root: folder.path, prefix: '/films', pages: true })
        },
        { prefix },
      )
    }
    for (const path of ['/one/films/', '/two/films/']) {
      for (const page of PAGES) expect((await app.inject(path + page)).statusCode).toBe(200)
      expect(await scopeOf(app, path)).toBe(path)
    }
    await app.close()
  })

  it('adds nothing below -/ where it is absent or false', async () => {
    for (const pages of [undefined, false]) {
      const app = await applicationOf({ pages: pages as false })
      expect((await app.inject('/-/watch/film.mp4')).body).toBe('a file of the folder')
      expect((await app.inject('/-/assets/lastbyte.css')).statusCode).toBe(404)
      await app.close()
    }
  })

  it('adds no player with watch: false, and no link to one', async () => {
    const app = await applicationOf({ prefix: '/films', list: true, pages: { watch: false } })
    expect((await app.inject('/films/-/watch/a/b.mp4')).statusCode).toBe(404)
    expect((await app.inject('/films/-/subtitles/film.srt')).statusCode).toBe(404)
    expect((await app.inject('/films/-/assets/lastbyte.css')).statusCode).toBe(200)
    expect((await app.inject('/films/')).body).not.toContain('-/watch')
    await app.close()
  })

  it.each([true, false])(
    'gives pages precedence over files of a folder named -, whose others are served (wildcard: %s)',
    async (wildcard) => {
      const app = await applicationOf({ wildcard })
      const player = await app.inject('/-/watch/film.mp4')
      expect(player.headers['content-type']).toMatch(/^text\/html/)
      expect((await app.inject('/-/worker.js')).body).not.toBe('a file of the folder')
      expect((await app.inject('/-/other.txt')).body).toBe('a file of the folder')
      await app.close()
    },
  )

  it.each([{}, { constraints: { host: 'localhost:80' } }, { wildcard: true, prefix: '/films' }])(
    'refuses other methods for pages as for files, with %j',
    async (options) => {
      const app = await applicationOf(options)
      const path = 'prefix' in options ? '/films/' : '/'
      for (const page of [...PAGES, '-/', 'film.mp4']) {
        const refused = await app.inject({ method: 'POST', url: path + page })
        expect([page, refused.statusCode]).toEqual([page, 405])
        expect(refused.headers.allow).toBe('GET, HEAD, OPTIONS')
      }
      expect((await app.inject({ method: 'POST', url: `${path}-/nothing` })).statusCode).toBe(404)
      await app.close()
    },
  )

  it('adds pages of several registrations', async () => {
    const app = Fastify()
    await app.register(lastbyte, { root: folder.path, prefix: '/one', pages: true })
    await app.register(lastbyte, { root: folder.path, prefix: '/two', pages: true })
    await app.register(lastbyte, { root: folder.path, prefix: '/three' })
    expect((await app.inject('/one/-/watch/a/b.mp4')).statusCode).toBe(200)
    expect((await app.inject('/two/-/watch/a/b.mp4')).statusCode).toBe(200)
    expect((await app.inject('/three/-/watch/a/b.mp4')).statusCode).toBe(404)
    await app.close()
  })

  it('adds pages with the constraints of the files', async () => {
    const app = Fastify()
    for (const host of ['one.example', 'two.example']) {
      await app.register(lastbyte, { root: folder.path, constraints: { host }, pages: true })
    }
    for (const page of PAGES) {
      const url = `/${page}`
      const named = await app.inject({ url, headers: { host: 'two.example' } })
      expect(named.statusCode, page).toBe(200)
      const other = await app.inject({ url, headers: { host: 'other.example' } })
      expect(other.statusCode, page).toBe(404)
    }
    await app.close()
  })

  it('hides the pages from descriptions of the API, and logs at the level of the files', async () => {
    const routes: RouteOptions[] = []
    const before: SetUp = (app) => app.addHook('onRoute', (route) => void routes.push(route))
    const app = await applicationOf({ logLevel: 'warn' }, { before })
    const pages = routes.filter(({ url }) => url.startsWith('/-/'))
    expect(pages.length).toBeGreaterThan(3)
    for (const { schema, logLevel } of pages) {
      expect(schema).toMatchObject({ hide: true })
      expect(logLevel).toBe('warn')
    }
    await app.close()
    routes.length = 0
    const shown = await applicationOf({ schemaHide: false }, { before })
    for (const { schema } of routes) expect(schema).toMatchObject({ hide: false })
    await shown.close()
  })
})

describe('Pages show no file that has no URL', () => {
  it.each([
    [
      'refused by allowedPath',
      { allowedPath: (path: string) => !path.startsWith('/private/') },
      'private/film',
    ],
    ['a dotfile', {}, '.hidden'],
    ['a dotfile that is denied', { dotfiles: 'deny' as const }, '.hidden'],
    [
      'without a route by globIgnore',
      { wildcard: false, globIgnore: ['private/**'] },
      'private/film',
    ],
  ])('%s', async (_what, options, stem) => {
    const app = await applicationOf(options)
    for (const url of [`/-/watch/${stem}.mp4`, `/-/subtitles/${stem}.srt`]) {
      for (const method of ['GET', 'HEAD'] as const) {
        expect((await app.inject({ method, url })).statusCode).toBe(404)
      }
    }
    expect((await app.inject('/-/watch/film.mp4')).statusCode).toBe(200)
    await app.close()
  })

  it('as a companion or a neighbour of another one', async () => {
    const allowedPath = (path: string) => !/film\.srt|map\.mp4|\.jpg$/.test(path)
    const app = await applicationOf({ list: true, allowedPath })
    const { body } = await app.inject('/-/watch/film.mp4')
    expect(body).not.toMatch(/film\.srt|map\.mp4|\.jpg/)
    for (const path of ['film.mp4', 'a/']) {
      expect((await app.inject(`/-/posters/${path}`)).statusCode, path).toBe(204)
    }
    await app.close()
  })

  it('created later, with a route for each file', async () => {
    const app = await applicationOf({ wildcard: false })
    await app.ready()
    folder.write('later.mp4', 'x')
    expect((await app.inject('/later.mp4')).statusCode).toBe(404)
    expect((await app.inject('/-/watch/later.mp4')).statusCode).toBe(404)
    await app.close()
  })
})

describe.each(['before', 'after'] as const)('Hooks that are added %s the registration', (order) => {
  it('apply to every page, as to files', async () => {
    const add: SetUp = (app) =>
      app.addHook('onRequest', async (_request, reply) => reply.code(401).send('who are you?'))
    const app = await applicationOf({}, { [order]: add })
    for (const page of [...PAGES, 'film.mp4']) {
      const { statusCode, body } = await app.inject(`/${page}`)
      expect([page, statusCode, body]).toEqual([page, 401, 'who are you?'])
    }
    await app.close()
  })

  it('as those of @fastify/helmet leave the policy of a page, which nothing of it would pass', async () => {
    const app = await applicationOf(
      { list: true },
      { [order]: (app: FastifyInstance) => app.register(helmet) },
    )
    const { headers } = await app.inject('/-/watch/film.mp4')
    expect(headers['content-security-policy']).toBe(PAGE_POLICY)
    expect(headers).toMatchObject({
      'x-frame-options': 'SAMEORIGIN',
      'cross-origin-opener-policy': 'same-origin',
      'strict-transport-security': expect.any(String),
    })
    await app.close()
  })

  it('as those of @fastify/cors and @fastify/compress change no page but its fields', async () => {
    const plain = await applicationOf()
    const expected = (await plain.inject('/-/watch/film.mp4')).body
    await plain.close()
    const add: SetUp = async (app) => {
      await app.register(cors, { origin: 'https://play.example' })
      await app.register(compress, { threshold: 0 })
    }
    const app = await applicationOf({}, { [order]: add })
    const headers = { origin: 'https://play.example', 'accept-encoding': 'gzip' }
    const { headers: sent, body } = await app.inject({ url: '/-/watch/film.mp4', headers })
    expect(sent['access-control-allow-origin']).toBe('https://play.example')
    expect(sent['content-encoding']).toBeUndefined()
    expect(body).toBe(expected)
    await app.close()
  })
})

it('@fastify/rate-limit that is registered before limits pages too', async () => {
  const before: SetUp = (app) => app.register(rateLimit, { max: 1, timeWindow: 60_000 })
  const app = await applicationOf({}, { before })
  expect((await app.inject('/-/watch/film.mp4')).statusCode).toBe(200)
  expect((await app.inject('/-/watch/film.mp4')).statusCode).toBe(429)
  await app.close()
})

it('A hook of the scope applies to the pages of a registration within it, and to no others', async () => {
  const app = Fastify()
  await app.register(
    async (scope) => {
      scope.addHook('onRequest', async (_request, reply) => reply.code(403).send('no'))
      await scope.register(lastbyte, { root: folder.path, pages: true })
    },
    { prefix: '/closed' },
  )
  await app.register(lastbyte, { root: folder.path, prefix: '/open', pages: true })
  for (const page of PAGES) {
    expect((await app.inject(`/closed/${page}`)).statusCode).toBe(403)
    expect((await app.inject(`/open/${page}`)).statusCode).toBe(200)
  }
  await app.close()
})
