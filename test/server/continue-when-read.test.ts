import { once } from 'node:events'
import { request } from 'node:http'
import Fastify from 'fastify'
import { expect, it } from 'vitest'
import { continueWhenRead } from '../../src/server/continue-when-read.js'

it.each([
  ['/read', 200, 1],
  ['/refused', 413, 0],
])('%s is a %i after %i responses with 100', async (path, status, interim) => {
  const app = Fastify()
  continueWhenRead(app)
  app.post('/read', async ({ body }) => body)
  app.post(
    '/refused',
    { onRequest: async (_request, reply) => reply.code(413).send() },
    async () => '',
  )
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const headers = { expect: '100-continue', 'content-type': 'text/plain', 'content-length': '1' }
  const outgoing = request(url + path, { method: 'POST', headers, agent: false }).on(
    'error',
    () => {},
  )
  let continues = 0
  outgoing.on('continue', () => {
    continues += 1
    outgoing.end('x')
  })
  outgoing.flushHeaders()
  const [response] = await once(outgoing, 'response')
  expect([response.statusCode, continues]).toEqual([status, interim])
  outgoing.destroy()
  await app.close()
})
