import type { FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import type { LastbyteOptions } from '../../src/settings/options.js'
import { applicationWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'

const FILES = {
  'open.txt': 'open',
  'secret.txt': 'secret',
  'dir/index.html': 'index',
  'page.html': 'page',
}

/** Adds a route for each route in which an application sends a file. */
const addHandlers = (elsewhere: string) => (app: FastifyInstance) => {
  app.get('/send/*', (request, reply) => reply.sendFile((request.params as Wildcard)['*']))
  app.get('/send-root/*', (request, reply) =>
    reply.sendFile((request.params as Wildcard)['*'], elsewhere),
  )
  app.get('/send-options/*', (request, reply) =>
    reply.sendFile((request.params as Wildcard)['*'], { root: elsewhere }),
  )
  app.get('/download/*', (request, reply) => reply.download((request.params as Wildcard)['*']))
  app.get('/download-name/*', (request, reply) =>
    reply.download((request.params as Wildcard)['*'], 'name.txt'),
  )
}

type Wildcard = { readonly '*': string }
const ROUTES = [
  '/',
  '/send/',
  '/send-root/',
  '/send-options/',
  '/download/',
  '/download-name/',
] as const

async function withAllowedPath(
  allowedPath: LastbyteOptions['allowedPath'],
  use: (get: (path: string, init?: RequestInit) => Promise<Response>) => Promise<void>,
  options: LastbyteOptions = {},
): Promise<void> {
  using folder = new Folder(FILES)
  using elsewhere = new Folder(FILES)
  await using app = await applicationWith(
    { root: folder.path, ...options, ...(allowedPath && { allowedPath }) },
    addHandlers(elsewhere.path),
  )
  await use((path, init) => fetch(app.url + path, init))
}

describe('allowedPath', () => {
  it.each(ROUTES)(
    'that returns false makes the response 404 on the route %s, also for a cached file',
    async (route) => {
      const allowedPath = (path: string) => !path.includes('secret')
      await withAllowedPath(allowedPath, async (get) => {
        for (const headers of [{}, { range: 'bytes=0-1' }, { accept: 'text/event-stream' }]) {
          for (const method of ['GET', 'HEAD']) {
            expect((await get(`${route}secret.txt`, { headers, method })).status).toBe(404)
          }
        }
        for (const _again of [1, 2]) {
          expect((await get(`${route}open.txt`)).status).toBe(200)
          expect((await get(`${route}secret.txt`)).status).toBe(404)
          expect((await get(`${route}./secret.txt`)).status).toBe(404)
          expect((await get(`${route}%73ecret.txt`)).status).toBe(404)
        }
      })
    },
  )

  it('is called with the path from a slash on, the folder of the file, and the request', async () => {
    const calls: unknown[][] = []
    using folder = new Folder(FILES)
    using elsewhere = new Folder(FILES)
    const allowedPath: LastbyteOptions['allowedPath'] = (path, root, request) => {
      calls.push([path, root, request.url])
      return true
    }
    await using app = await applicationWith(
      { root: [folder.path, elsewhere.path], allowedPath },
      addHandlers(elsewhere.path),
    )
    await fetch(`${app.url}/open.txt`)
    await fetch(`${app.url}/send/open.txt`)
    await fetch(`${app.url}/send-root/open.txt`)
    await fetch(`${app.url}/download/open.txt`)
    expect(calls).toEqual([
      ['/open.txt', folder.path, '/open.txt'],
      ['/open.txt', folder.path, '/send/open.txt'],
      ['/open.txt', elsewhere.path, '/send-root/open.txt'],
      ['/open.txt', folder.path, '/download/open.txt'],
    ])
  })

  it.each([
    ['undefined', undefined],
    ['null', null],
    ['0', 0],
    ['an empty text', ''],
  ])('that returns %s makes the response 404', async (_what, value) => {
    const allowedPath = (() => value) as unknown as LastbyteOptions['allowedPath']
    await withAllowedPath(allowedPath, async (get) => {
      for (const route of ROUTES) expect((await get(`${route}open.txt`)).status).toBe(404)
    })
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('no database')
      },
    ],
    [
      'throws null',
      () => {
        throw null
      },
    ],
    ['returns a promise of false', async () => false],
    ['returns a rejected promise', () => Promise.reject(new Error('no database'))],
  ])('that %s makes the response 500 without a byte of the file', async (_what, check) => {
    await withAllowedPath(check as unknown as LastbyteOptions['allowedPath'], async (get) => {
      for (const route of ROUTES) {
        const response = await get(`${route}open.txt`)
        expect(response.status).toBe(500)
        expect(await response.text()).not.toMatch(/open|database/)
      }
    })
  })

  it.each(['POST', 'OPTIONS', 'DELETE'])(
    'that returns false makes the response to %s 404, as for an absent file',
    async (method) => {
      await withAllowedPath(
        (path) => !path.includes('secret'),
        async (get) => {
          expect((await get('/secret.txt', { method })).status).toBe(404)
          expect((await get('/open.txt', { method })).status).not.toBe(404)
        },
      )
    },
  )

  it('applies to the routes of wildcard: false', async () => {
    await withAllowedPath(
      (path) => !path.includes('secret'),
      async (get) => {
        expect((await get('/secret.txt')).status).toBe(404)
        expect((await get('/open.txt')).status).toBe(200)
      },
      { wildcard: false },
    )
  })
})
