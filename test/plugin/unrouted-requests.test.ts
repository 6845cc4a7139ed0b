import Fastify, { type FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import { handleUnrouted } from '../../src/plugin/unrouted-requests.js'

async function applicationWithHandler(setUp: (app: FastifyInstance) => void = () => {}) {
  const app = Fastify()
  handleUnrouted(app, async ({ url }, reply) => {
    if (url === '/thrown') throw new Error('secret')
    return url === '/own' ? reply.code(405).send('handled') : undefined
  })
  setUp(app)
  app.post('/routed', async () => 'routed')
  return app
}

describe('handleUnrouted', () => {
  it.each([
    ['/own', 405],
    ['/routed', 200],
    ['/none', 404],
  ])(
    'lets the application respond where the handler does not: POST %s is %i',
    async (url, status) => {
      const app = await applicationWithHandler()
      expect((await app.inject({ method: 'POST', url, payload: {} })).statusCode).toBe(status)
      await app.close()
    },
  )

  it('responds before the body is read, which may be of an unsupported type', async () => {
    const app = await applicationWithHandler()
    const headers = { 'content-type': 'x/y' }
    const response = await app.inject({ method: 'POST', url: '/own', headers, payload: '{' })
    expect([response.statusCode, response.body]).toEqual([405, 'handled'])
    await app.close()
  })

  it('runs after the onRequest hooks of the application, also those added later', async () => {
    const app = await applicationWithHandler((app) => {
      app.addHook('onRequest', async (_request, reply) => reply.code(401).send('denied'))
    })
    expect((await app.inject({ method: 'POST', url: '/own' })).statusCode).toBe(401)
    await app.close()
  })

  it('responds 500 without the message where the handler throws', async () => {
    const app = await applicationWithHandler()
    const { statusCode, body } = await app.inject({ method: 'POST', url: '/thrown' })
    expect([statusCode, body.includes('secret')]).toEqual([500, false])
    await app.close()
  })
})
