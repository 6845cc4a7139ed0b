import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { FastifyPayload } from '../../src/delivery/fastify-payload.js'
import type { Response } from '../../src/delivery/response-writer.js'

describe('FastifyPayload', () => {
  it('is piped to the response after the onSend hooks have run and the header fields are set', async () => {
    const observed: unknown[] = []
    const app = Fastify()
    app.addHook('onSend', async (_request, reply, payload) => {
      observed.push(payload instanceof FastifyPayload)
      reply.header('x-hook', 'hook')
    })
    app.get('/', (_request, reply) => {
      const payload = new FastifyPayload((response: Response) => {
        observed.push(response === reply.raw, response.getHeader('x-hook'))
        ;(response as typeof reply.raw).end('hello', () => payload.settle())
      })
      reply.send(payload)
    })
    const { payload } = await app.inject('/')
    await app.close()
    expect([payload, observed]).toEqual(['hello', [true, true, 'hook']])
  })

  it('emits end and close when it is settled, but not when it is destroyed', () => {
    const payload = new FastifyPayload(() => {})
    const events: string[] = []
    for (const name of ['end', 'close', 'error']) payload.on(name, () => events.push(name))
    payload.destroy()
    payload.settle()
    expect(events).toEqual(['end', 'close'])
  })
})
