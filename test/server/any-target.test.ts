import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { ANY_TARGET, restoreTargets } from '../../src/server/any-target.js'
import { RawClient } from '../fixture/raw-http.js'

/** An application with a route of its own, and one for all other targets, which echoes the target. */
async function echo() {
  const app = Fastify(ANY_TARGET)
  restoreTargets(app)
  app.get('/own/x', async () => 'own')
  app.get('/*', async (request) => `any ${request.raw.url}`)
  await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    app,
    port: (app.server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () => app.close(),
  }
}

describe('ANY_TARGET and restoreTargets', () => {
  it.each([
    ['/f', 'any /f'],
    ['/a%E4?b=%zz', 'any /a%E4?b=%zz'],
    ['/%', 'any /%'],
    ['/own/x', 'own'],
    ['http://h/own/x', 'own'],
    ['/own/x%', 'any /own/x%'],
    ['*', 'any *'],
    ['ftp://h/f', 'any ftp://h/f'],
    ['http://h', 'any http://h'],
  ])('route %s, and leave it as it was received', async (target, text) => {
    await using running = await echo()
    using client = new RawClient(running.port)
    client.request(target, { Connection: 'close' })
    const { status, body } = await client.closed()
    expect([status, body.toString()]).toEqual([200, text])
  })
})
