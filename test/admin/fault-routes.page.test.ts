import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { faultRoutes } from '../../src/admin/fault-routes.js'
import { FaultLayer } from '../../src/fault/fault-layer.js'
import { faultServer } from '../../src/testing/fault-server.js'

const HTML = { accept: 'text/html,*/*;q=0.8' }
const TOKEN = { authorization: 'Bearer secret' }

describe('the page at /-/faults', () => {
  async function application(prefix = '') {
    const app = Fastify()
    const layer = new FaultLayer(9)
    layer.arm({ id: 'cut', fault: { kind: 'truncate', at: 5 } })
    const permission = { token: 'secret', access: 'token' } as const
    await app.register(async (scope) => faultRoutes(scope, layer, permission), { prefix })
    return app
  }

  it.each([
    [{}, 401, 'application/problem+json', false],
    [HTML, 200, 'text/html; charset=utf-8', false],
    [{ ...HTML, ...TOKEN }, 200, 'text/html; charset=utf-8', true],
    [{ ...HTML, authorization: 'Bearer wrong' }, 401, 'application/problem+json', false],
    [TOKEN, 200, 'application/json; charset=utf-8', true],
  ])('responds to %j with %i and %s; with the rules: %s', async (headers, status, type, has) => {
    const app = await application()
    const response = await app.inject({ url: '/-/faults', headers })
    expect(response.statusCode).toBe(status)
    expect(response.headers['content-type']).toBe(type)
    expect(response.headers['cache-control']).toBe('no-store')
    expect(/truncate at 5|"id":"cut"/.test(response.body)).toBe(has)
    await app.close()
  })

  it('is below a prefix, and so is the Location of an armed rule', async () => {
    const app = await application('/media')
    expect((await app.inject({ url: '/media/-/faults', headers: HTML })).statusCode).toBe(200)
    expect((await app.inject({ url: '/media/-/assets/faults.js' })).statusCode).toBe(200)
    const payload = { id: 'b', fault: { kind: 'chunked' } }
    const request = { method: 'POST', url: '/media/-/faults', headers: TOKEN, payload } as const
    expect((await app.inject(request)).headers.location).toBe('/media/-/faults/b')
    await app.close()
  })

  it.each([{}, { pages: true }])(
    'is at a server for tests, with its files, with the options %j',
    async (options) => {
      await using server = await faultServer({ root: 'media', seed: 7, ...options })
      const page = await fetch(`${server.url}/-/faults`, { headers: HTML })
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
      expect((await fetch(`${server.url}/-/assets/faults.js`)).status).toBe(200)
      expect((await fetch(`${server.url}/-/assets/lastbyte.css`)).status).toBe(200)
    },
  )
})
