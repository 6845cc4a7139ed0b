import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { awaitByClose } from '../../src/response/awaited-reply.js'
import { RawClient } from '../fixture/raw-http.js'

describe('awaitByClose', () => {
  it.each(['ended', 'left'])('fulfils a reply when its response has %s, once', async (how) => {
    const app = Fastify()
    const awaited: string[] = []
    let listeners = 0
    app.get('/', (_request, reply) => {
      awaitByClose(reply)
      const before = reply.raw.eventNames().length
      reply.then(
        () => awaited.push('fulfilled'),
        () => awaited.push('rejected'),
      )
      listeners = reply.raw.eventNames().length - before
      reply.raw.write('first')
      app.server.emit('responded', reply.raw)
      return reply
    })
    await app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = app.server.address() as AddressInfo
    const responded = once(app.server, 'responded')
    using client = new RawClient(port)
    client.request('/')
    const [response] = await responded
    expect(awaited).toEqual([])
    expect(listeners).toBeLessThanOrEqual(1)
    const closed = once(response, 'close')
    if (how === 'ended') response.end()
    else client.socket.destroy()
    await closed
    expect(awaited).toEqual(['fulfilled'])
    await app.close()
  })

  it.each(['sent', 'destroyed'])('fulfils a reply that is %s already, at once', async (how) => {
    const app = Fastify()
    let calls = 0
    app.get('/', (_request, reply) => {
      awaitByClose(reply)
      if (how === 'sent') reply.raw.end()
      else reply.raw.destroy()
      reply.then(
        () => {
          calls += 1
        },
        () => {},
      )
      expect(calls).toBe(1)
      reply.hijack()
    })
    await app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = app.server.address() as AddressInfo
    using client = new RawClient(port)
    client.request('/', { Connection: 'close' })
    await client.closed()
    expect(calls).toBe(1)
    await app.close()
  })
})
