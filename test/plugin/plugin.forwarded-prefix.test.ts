import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, describe, expect, it } from 'vitest'
import lastbyte from '../../src/plugin/plugin.js'
import type { LastbyteOptions } from '../../src/settings/options.js'
import { Folder } from '../fixture/files.js'

const folder = new Folder({ 'a/b/f.txt': 'x', 'a/c:d.mp4': 'x' })
afterAll(() => folder[Symbol.dispose]())

async function appWith(options: LastbyteOptions = {}): Promise<FastifyInstance> {
  const app = Fastify({ trustProxy: '10.0.0.7' })
  await app.register(lastbyte, { root: folder.path, list: true, pages: true, ...options })
  return app
}

const FORWARDED = { remoteAddress: '10.0.0.7', headers: { 'x-forwarded-prefix': '/media/' } }

describe('X-Forwarded-Prefix of a trusted proxy', () => {
  it.each([
    ['a folder without its slash', {}, '/a?q=1', '/media/a/?q=1'],
    ['a folder below a prefix', { prefix: '/films' }, '/films/a', '/media/films/a/'],
    ['the prefix without its slash', { prefix: '/films' }, '/films', '/media/films/'],
    ['a parameter in the prefix', { prefix: '/of/:who' }, '/of/me/a', '/media/of/me/a/'],
    ['a route for each file', { wildcard: false }, '/a', '/media/a/'],
  ])('precedes the Location for %s', async (_what, options, url, location) => {
    const app = await appWith(options)
    for (const method of ['GET', 'HEAD'] as const) {
      const { statusCode, headers } = await app.inject({ method, url, ...FORWARDED })
      expect([statusCode, headers.location]).toEqual([301, location])
    }
    await app.close()
  })

  it('precedes the URLs in a listing in JSON', async () => {
    const app = await appWith({
      prefix: '/films',
      list: { format: 'json', jsonFormat: 'extended' },
    })
    const { dirs, files } = (await app.inject({ url: '/films/a/', ...FORWARDED })).json()
    expect(dirs[0].href).toBe('/media/films/a/b/')
    expect(files[0].href).toMatch(/^\/media\/films\/a\/c(:|%3A)d\.mp4$/)
    await app.close()
  })

  it('is not added where the proxy has not removed it', async () => {
    const app = await appWith({ prefix: '/media' })
    const { headers } = await app.inject({ url: '/media/a', ...FORWARDED })
    expect(headers.location).toBe('/media/a/')
    await app.close()
  })

  it.each([
    ['of another peer', { ...FORWARDED, remoteAddress: '10.0.0.8' }],
    [
      'that leads to another host',
      { ...FORWARDED, headers: { 'x-forwarded-prefix': '//evil.example' } },
    ],
    ['that leads up', { ...FORWARDED, headers: { 'x-forwarded-prefix': '/media/%2e%2e/' } }],
  ])('is ignored %s', async (_what, request) => {
    const app = await appWith()
    const { headers } = await app.inject({ url: '/a', ...request })
    expect(headers.location).toBe('/a/')
    await app.close()
  })

  it('changes no page: its links are relative', async () => {
    const app = await appWith()
    for (const url of ['/a/', '/-/watch/a/c%3Ad.mp4']) {
      const plain = await app.inject({ url, headers: { accept: 'text/html' } })
      const forwarded = await app.inject({
        url,
        remoteAddress: '10.0.0.7',
        headers: { accept: 'text/html', 'x-forwarded-prefix': '/media' },
      })
      expect(plain.statusCode).toBe(200)
      expect(forwarded.body).toBe(plain.body)
      expect(forwarded.body).not.toMatch(/(?:href|src)="\//)
    }
    await app.close()
  })
})
