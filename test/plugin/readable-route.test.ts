import Fastify from 'fastify'
import { expect, it } from 'vitest'
import { addReadable, type Registration } from '../../src/plugin/readable-route.js'
import { urlSpace } from '../../src/response/url-space.js'
import { settleOptions } from '../../src/settings/settings.js'
import { MemorySource } from '../fixture/memory-source.js'

it.each([
  ['GET', '/files/a%20b', 200, 'key a b'],
  ['HEAD', '/files/a', 200, undefined],
  ['POST', '/files/a', 404, undefined],
  ['GET', '/files/a%5Cb', 400, undefined],
] as const)(
  'addReadable adds a route that responds to %s %s with %i',
  async (method, url, status, body) => {
    const fastify = Fastify({ exposeHeadRoutes: false })
    const settings = settleOptions({ source: new MemorySource({}), prefix: '/files' })
    const space = urlSpace(fastify, settings.prefix)
    const shared = { constraints: {} }
    const registration = { fastify, settings, space, shared } as unknown as Registration
    addReadable(registration, '/files/*', ({ key, reply }) => reply.send(`key ${key}`))
    const response = await fastify.inject({ method, url })
    expect(response.statusCode).toBe(status)
    if (body !== undefined) expect(response.body).toBe(body)
    await fastify.close()
  },
)
