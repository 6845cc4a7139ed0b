import type { FastifyReply } from 'fastify'
import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import type { RouteTarget } from '../../src/plugin/readable-route.js'
import { addRoutes } from '../../src/plugin/routes.js'
import type { LastbyteOptions } from '../../src/settings/options.js'
import { settleOptions } from '../../src/settings/settings.js'
import { MemorySource } from '../fixture/memory-source.js'

const TEXTS = { f: 'f', 'dir/index.html': 'index', 'a:b': 'colon' }

/** An application with the routes of a registration; each response contains the key. */
async function applicationWithRoutes(
  options: LastbyteOptions = {},
  target: Partial<RouteTarget> = {},
) {
  const app = Fastify()
  const source = new MemorySource(TEXTS)
  const settings = settleOptions({ source, ...options })
  await addRoutes(app, settings, {
    source,
    allows: (key) => !key.includes('secret'),
    signalOf: () => new AbortController().signal,
    withFaults: (_reply, respond) => respond(),
    serve: (key, reply: FastifyReply) => reply.send(`key ${key}`),
    ...target,
  })
  return app
}

describe('addRoutes', () => {
  it.each<[string, string, LastbyteOptions, number, string]>([
    ['a file', '/f', {}, 200, 'key f'],
    ['a folder', '/dir/', {}, 200, 'key dir/'],
    ['an encoded name', '/a%20%C3%BC', {}, 200, 'key a ü'],
    ['a prefix', '/files/f', { prefix: '/files' }, 200, 'key f'],
    ['a path outside of the prefix', '/f', { prefix: '/files' }, 404, ''],
    ['a malformed path', '/%zz', {}, 400, ''],
    ['a malformed query', '/f?%zz', {}, 200, 'key f'],
    ['a path with NUL', '/f%00', {}, 400, ''],
    ['a file with wildcard: false', '/a:b', { wildcard: false }, 200, 'key a:b'],
    ['an index with wildcard: false', '/dir/', { wildcard: false }, 200, 'key dir/'],
    ['an absent file with wildcard: false', '/none', { wildcard: false }, 404, ''],
  ])('adds routes that respond to %s', async (_what, url, options, status, body) => {
    const app = await applicationWithRoutes(options)
    const response = await app.inject(url)
    expect(response.statusCode).toBe(status)
    if (body !== '') expect(response.body).toBe(body)
    await app.close()
  })

  it.each<['OPTIONS' | 'POST' | 'DELETE', string, number]>([
    ['OPTIONS', '/f', 204],
    ['POST', '/f', 405],
    ['DELETE', '/f', 405],
    ['OPTIONS', '/none', 404],
    ['POST', '/none', 404],
    ['POST', '/secret', 404],
    ['POST', '/%zz', 400],
  ])('adds routes that respond to %s %s with %i', async (method, url, status) => {
    const app = await applicationWithRoutes()
    const response = await app.inject({ method, url, ...(method === 'POST' && { payload: '{' }) })
    expect(response.statusCode).toBe(status)
    if (status === 405 || status === 204) expect(response.headers.allow).toBe('GET, HEAD, OPTIONS')
    await app.close()
  })

  it.each([new Error('secret'), null, 'secret'])(
    'adds routes that respond 500 without the message when the handler throws %j',
    async (thrown) => {
      const serve = () => {
        throw thrown
      }
      const app = await applicationWithRoutes({}, { serve })
      const response = await app.inject('/f')
      expect([response.statusCode, response.body.includes('secret')]).toEqual([500, false])
      await app.close()
    },
  )

  it('throws for wildcard: false with a source that can’t list its files', async () => {
    const source = { open: async () => ({ kind: 'absent' as const }) }
    await expect(applicationWithRoutes({ wildcard: false }, { source })).rejects.toMatchObject({
      code: 'BAD_SETTING',
      message: 'wildcard: expected true, since the source has no listing',
    })
  })
})
