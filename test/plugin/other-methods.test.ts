import Fastify, { type FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import lastbyte from '../../src/plugin/plugin.js'
import type { LastbyteOptions } from '../../src/settings/options.js'
import { MemorySource } from '../fixture/memory-source.js'

interface Scene extends LastbyteOptions {
  readonly before?: (app: FastifyInstance) => unknown
  readonly after?: (app: FastifyInstance) => unknown
}

async function respond(
  { before, after, ...options }: Scene,
  method: string,
  url: string,
): Promise<{ status: number; allow: string | undefined; text: string }> {
  const app = Fastify() as unknown as FastifyInstance
  await before?.(app)
  await app.register(lastbyte, { source: new MemorySource({ f: 'f', 'dir/f': 'f' }), ...options })
  await after?.(app)
  const response = await app.inject({ method: method as 'GET', url })
  await app.close()
  const { allow } = response.headers
  return { status: response.statusCode, allow: allow?.toString(), text: response.body }
}

const ALLOW = 'GET, HEAD, OPTIONS'

describe('A method other than GET and HEAD', () => {
  it.each([
    ['OPTIONS', '/f', 204, ALLOW],
    ['POST', '/f', 405, ALLOW],
    ['PUT', '/dir/', 405, ALLOW],
    ['PATCH', '/f', 405, ALLOW],
    ['DELETE', '/f?%zz', 405, ALLOW],
    ['PROPFIND', '/f', 405, ALLOW],
    ['POST', '/none', 404, undefined],
    ['POST', '/a%5Cb', 400, undefined],
  ])('gets for %s %s the status %i (RFC 9110 §15.5.6)', async (method, url, status, allow) => {
    for (const constraints of [undefined, { host: 'localhost:80' }]) {
      const isRouted = constraints !== undefined && method === 'PROPFIND'
      if (isRouted) continue
      const options = constraints === undefined ? {} : { constraints }
      expect(await respond(options, method, url)).toMatchObject({ status, allow })
    }
  })

  it('gets 404 outside of the prefix, and for a path that allowedPath denies', async () => {
    expect((await respond({ prefix: '/files' }, 'POST', '/files/f')).status).toBe(405)
    expect((await respond({ prefix: '/files' }, 'POST', '/f')).status).toBe(404)
    expect((await respond({ allowedPath: () => false }, 'POST', '/f')).status).toBe(404)
    expect((await respond({ serve: false }, 'POST', '/f')).status).toBe(404)
  })

  it.each(['before', 'after'] as const)(
    'reaches a route that the application has added %s the plugin',
    async (when) => {
      const scene = { [when]: (app: FastifyInstance) => app.post('/*', () => 'own') }
      expect(await respond(scene, 'POST', '/f')).toMatchObject({ status: 200, text: 'own' })
      expect(await respond(scene, 'DELETE', '/f')).toMatchObject({ status: 405 })
    },
  )
})
