import { METHODS } from 'node:http'
import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { routeAnyMethod } from '../../src/server/any-method.js'
import { RawClient } from '../fixture/raw-http.js'

describe('routeAnyMethod', () => {
  it('routes every method of the parser but CONNECT and those that are left out', async () => {
    const app = Fastify()
    app.get('/*', async () => 'read')
    routeAnyMethod(app, ['GET', 'HEAD'], async (request, reply) => {
      const body = await request.raw.toArray()
      return reply.send(`${request.method} ${Buffer.concat(body)}`)
    })
    await app.listen({ host: '127.0.0.1', port: 0 })
    const port = (app.server.address() as AddressInfo).port
    const received: Record<string, string> = {}
    const methods = METHODS.filter((method) => !['CONNECT', 'GET', 'HEAD'].includes(method))
    for (const method of methods) {
      using client = new RawClient(port)
      // Neither a malformed Content-Type nor a missing parser is for Fastify to judge.
      const fields = { Connection: 'close', 'Content-Type': 'no type', 'Content-Length': '4' }
      client.request('/f', fields, method)
      client.socket.write('body')
      received[method] = (await client.closed()).body.toString()
    }
    expect(received).toEqual(Object.fromEntries(methods.map((each) => [each, `${each} body`])))
    expect(await (await fetch(`http://127.0.0.1:${port}/f`)).text()).toBe('read')
    await app.close()
  })
})
