import Fastify from 'fastify'
import { expect, it } from 'vitest'
import { redirectTo } from '../../src/response/redirect.js'

it.each([
  ['GET', 301],
  ['HEAD', 301],
  ['POST', 308],
  ['DELETE', 308],
] as const)('redirectTo responds to %s with %i, which keeps the method', async (method, status) => {
  const app = Fastify()
  app.route({ method, url: '/', handler: (_request, reply) => redirectTo(reply, '/a?b') })
  const { statusCode, headers } = await app.inject({ method, url: '/' })
  expect([statusCode, headers.location]).toEqual([status, '/a?b'])
  await app.close()
})

it.each(['//evil.example/', '/\\evil.example/', '\\\\evil.example/', '///evil.example/', '//'])(
  'redirectTo redirects %j to a path of this host',
  async (location) => {
    const app = Fastify()
    app.get('/', (_request, reply) => redirectTo(reply, location))
    const { headers } = await app.inject('/')
    expect(new URL(headers.location ?? '', 'http://this.example').host).toBe('this.example')
    await app.close()
  },
)
