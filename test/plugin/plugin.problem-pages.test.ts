import helmet from '@fastify/helmet'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, describe, expect, it } from 'vitest'
import { LastbyteError } from '../../src/errors.js'
import { PAGE_POLICY } from '../../src/pages/page.js'
import lastbyte from '../../src/plugin/plugin.js'
import type { LastbyteOptions } from '../../src/settings/options.js'
import type { ByteSource } from '../../src/source/byte-source.js'
import { applicationWith, serverWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'

const folder = new Folder({ 'a/film.mp4': 'x', 'a/page.html': '<h1>app</h1>', 'f.txt': 'x' })
afterAll(() => folder[Symbol.dispose]())

const BROWSER = {
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'sec-fetch-dest': 'document',
}
/** A browser without Fetch Metadata, as on plain HTTP. */
const ACCEPTS_PAGES = { accept: BROWSER.accept }
const PAGE_TYPE = 'text/html; charset=utf-8'
const PROBLEM = 'application/problem+json'

/** A source that fails for every key. */
function failingSource(code: 'SOURCE_BUSY' | 'SOURCE_TIMEOUT' | 'SOURCE_FAILED'): ByteSource {
  return { open: () => Promise.reject(new LastbyteError(code, 'at /secret')) }
}

async function appWith(
  options: LastbyteOptions,
  setUp: (app: FastifyInstance) => unknown = () => {},
): Promise<FastifyInstance> {
  const app = Fastify()
  await app.register(lastbyte, { pages: true, ...options })
  await setUp(app)
  return app
}

describe('An error of a registration with pages', () => {
  const cases: [string, LastbyteOptions, string, number, Record<string, string>][] = [
    ['a path without a file', { root: folder.path }, '/nothing.mp4', 404, {}],
    ['a malformed path', { root: folder.path }, '/a%2fb', 400, {}],
    ['a denied dotfile', { root: folder.path, dotfiles: 'deny' }, '/.env', 403, {}],
    [
      'a source that is busy',
      { source: failingSource('SOURCE_BUSY') },
      '/f',
      503,
      { 'retry-after': '1' },
    ],
    ['a source that is slow', { source: failingSource('SOURCE_TIMEOUT') }, '/f', 504, {}],
    ['a source that fails', { source: failingSource('SOURCE_FAILED') }, '/f', 500, {}],
    ['a page of a file that is absent', { root: folder.path }, '/-/watch/nothing.mp4', 404, {}],
  ]

  it.each(cases)(
    'is a page for a browser, and problem details for others: %s',
    async (_what, options, url, status, fields) => {
      const app = await appWith(options)
      for (const method of ['GET', 'HEAD'] as const) {
        const page = await app.inject({ method, url, headers: BROWSER })
        expect(page.statusCode).toBe(status)
        expect(page.headers).toMatchObject({
          ...fields,
          'content-type': PAGE_TYPE,
          'content-security-policy': PAGE_POLICY,
          'cache-control': 'no-store',
          'x-content-type-options': 'nosniff',
          vary: expect.stringMatching(/\baccept\b/i),
        })
        const others = await app.inject({ method, url, headers: { accept: '*/*' } })
        expect(others.statusCode).toBe(status)
        // A path without a file is left to the not-found handler, of which Fastify's default is one.
        const isDefault = url === '/nothing.mp4'
        const type = isDefault ? 'application/json; charset=utf-8' : PROBLEM
        expect(others.headers['content-type']).toBe(type)
        expect(others.headers).toMatchObject({ ...fields, vary: page.headers.vary })
        expect(others.headers['content-security-policy']).toBeUndefined()
      }
      const { headers, body } = await app.inject({ url, headers: BROWSER })
      expect(headers['content-length']).toBe(String(Buffer.byteLength(body)))
      const head = await app.inject({ method: 'HEAD', url, headers: BROWSER })
      expect(head.headers['content-length']).toBe(headers['content-length'])
      expect(body).toContain(`${status} `)
      expect(body).not.toContain('secret')
      await app.close()
    },
  )

  it('is problem details for media, pictures and downloads, which show no page', async () => {
    const app = await appWith({ root: folder.path })
    for (const fields of [
      { 'sec-fetch-dest': 'video' },
      { 'sec-fetch-dest': 'audio' },
      { 'sec-fetch-dest': 'track' },
      { 'sec-fetch-dest': 'image' },
      { range: 'bytes=5-' },
    ]) {
      const headers = { ...BROWSER, ...fields }
      const response = await app.inject({ url: '/nothing.mp4', headers })
      expect(response.headers['content-type'], JSON.stringify(fields)).toMatch(/json/)
    }
    await app.close()
  })

  it('has an Allow field with a 405 for another method', async () => {
    const app = await appWith({ root: folder.path })
    const response = await app.inject({ method: 'POST', url: '/f.txt', headers: BROWSER })
    expect(response.statusCode).toBe(405)
    expect(response.headers).toMatchObject({
      allow: 'GET, HEAD, OPTIONS',
      'content-type': PAGE_TYPE,
    })
    await app.close()
  })

  it.each([
    ['/films/a/b/c.mp4', '../../', './'],
    ['/films/a/b/', '../../', '../'],
    ['/films/c.mp4', '', undefined],
    ['/films/a/', '../', undefined],
    ['/films/-/watch/a/c.mp4', '../../../', undefined],
  ])('at %s links by relative references alone', async (url, files, above) => {
    const app = await appWith({ root: folder.path, prefix: '/films' })
    const { body } = await app.inject({ url: `${url}?query`, headers: BROWSER })
    expect(body).toContain(`href="${files}-/assets/lastbyte.css"`)
    if (above === undefined) expect(body).not.toContain('The folder above')
    else expect(body).toContain(`href="${above}">The folder above`)
    for (const [, href = ''] of body.matchAll(/(?:href|src)="([^"]*)"/g)) {
      if (href === 'data:,') continue
      expect(new URL(href, `http://h/proxied${url}`).pathname).toMatch(/^\/proxied\/films\//)
    }
    await app.close()
  })

  it('does not lose the Vary and other fields of the application', async () => {
    const app = await appWith({ root: folder.path }, (app) =>
      app.addHook('onRequest', async (_request, reply) => {
        reply.headers({ vary: 'Origin', 'x-own': '1', 'set-cookie': 'a=1' })
      }),
    )
    for (const headers of [BROWSER, {}]) {
      const response = await app.inject({ url: '/a%2fb', headers })
      expect(response.headers).toMatchObject({ 'x-own': '1', 'set-cookie': 'a=1' })
      expect(response.headers.vary).toBe('Origin, Accept')
    }
    await app.close()
  })

  it('has the policy of pages where @fastify/helmet sets another', async () => {
    const app = await appWith({ root: folder.path }, (app) => app.register(helmet))
    const { headers } = await app.inject({ url: '/a%2fb', headers: BROWSER })
    expect(headers['content-security-policy']).toBe(PAGE_POLICY)
    await app.close()
  })
})

describe('An error of an application with pages', () => {
  it('goes to the error handler of the application first', async () => {
    const app = await appWith({ root: folder.path }, (app) =>
      app.setErrorHandler((_error, _request, reply) => reply.send('own')),
    )
    const response = await app.inject({ url: '/a%2fb', headers: BROWSER })
    expect([response.statusCode, response.body]).toEqual([400, 'own'])
    await app.close()
  })

  it('is a page where the error handler throws it again', async () => {
    const app = await appWith({ root: folder.path }, (app) =>
      app.setErrorHandler((error, _request, reply) => {
        reply.header('cache-control', 'private')
        throw error
      }),
    )
    const response = await app.inject({ url: '/a%2fb', headers: BROWSER })
    expect(response.headers).toMatchObject({
      'content-type': PAGE_TYPE,
      'cache-control': 'private',
    })
    await app.close()
  })

  it('leaves a 404 to the not-found handler, such as that of a single-page application', async () => {
    const app = await appWith({ root: folder.path, maxAge: '1h' }, (app) =>
      app.setNotFoundHandler((_request, reply) => reply.code(200).sendFile('a/page.html')),
    )
    const response = await app.inject({ url: '/nothing', headers: BROWSER })
    expect([response.statusCode, response.body]).toEqual([200, '<h1>app</h1>'])
    expect(response.headers['cache-control']).toBe('public, max-age=3600')
    expect(response.headers['content-security-policy']).toBeUndefined()
    await app.close()
  })

  it('leaves a 404 to a not-found handler that sends JSON', async () => {
    const app = await appWith({ root: folder.path }, (app) =>
      app.setNotFoundHandler((_request, reply) => reply.code(404).send({ own: true })),
    )
    const response = await app.inject({ url: '/nothing', headers: BROWSER })
    expect(response.json()).toEqual({ own: true })
    await app.close()
  })

  it('runs the hooks of a 404 before the page', async () => {
    const app = await appWith({ root: folder.path }, (app) =>
      app.addHook('preHandler', async (_request, reply) => reply.code(401).send('who are you?')),
    )
    const response = await app.inject({ url: '/nothing', headers: BROWSER })
    expect([response.statusCode, response.body]).toEqual([401, 'who are you?'])
    await app.close()
  })

  it('is not changed in routes of the application outside of the registration', async () => {
    const app = await appWith({ root: folder.path, prefix: '/films' })
    const response = await app.inject({ url: '/other', headers: BROWSER })
    expect(response.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(response.headers.vary).toBeUndefined()
    await app.close()
  })

  it.each([{ pages: false }, { pages: { errors: false } }])(
    'is not a page, nor varies by Accept, with %o',
    async (options) => {
      await using application = await applicationWith({ root: folder.path, ...options })
      const response = await fetch(`${application.url}/a%2fb`, { headers: ACCEPTS_PAGES })
      expect(response.headers.get('content-type')).toBe(PROBLEM)
      expect(response.headers.get('vary')).toBeNull()
      expect(response.headers.get('content-security-policy')).toBeNull()
    },
  )
})

describe('An error of lastbyte serve', () => {
  it.each([
    ['/nothing', 404],
    ['/%zz', 400],
    [`/${'x'.repeat(9000)}`, 414],
  ])('for %s is a page with status %s for a browser', async (path, status) => {
    await using server = await serverWith({ root: folder.path, pages: true })
    for (const method of ['GET', 'HEAD']) {
      const response = await fetch(server.url + path, { method, headers: ACCEPTS_PAGES })
      expect(response.status).toBe(status)
      expect(response.headers.get('content-type')).toBe(PAGE_TYPE)
      const text = await response.text()
      if (method === 'GET') expect(text).toContain('lastbyte.css')
    }
    const plain = await fetch(server.url + path)
    expect(plain.headers.get('content-type')).toBe(PROBLEM)
    expect(plain.headers.get('vary')).toBe('Accept')
  })
})

it('A registration within a scope has the page of a missing file, in place of the default 404 of the application', async () => {
  const app = Fastify()
  await app.register(
    async (scope) => {
      await scope.register(lastbyte, { root: 'media', prefix: '/films', pages: true })
    },
    { prefix: '/api' },
  )
  const headers = { accept: 'text/html' }
  const {
    statusCode,
    headers: fields,
    body,
  } = await app.inject({ url: '/api/films/nope', headers })
  expect(statusCode).toBe(404)
  expect(fields['content-type']).toBe('text/html; charset=utf-8')
  expect(body).toContain('There is nothing at this address')
  await app.close()
})
