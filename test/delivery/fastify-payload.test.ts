import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import Fastify from 'fastify'
import { describe, expect, it, vi } from 'vitest'
import { FastifyPayload } from '../../src/delivery/fastify-payload.js'
import type { Response } from '../../src/delivery/response-writer.js'

const RESPONSE = {} as Response

describe('FastifyPayload', () => {
  it('is piped to the response after the onSend hooks have run and the header fields are set', async () => {
    const observed: unknown[] = []
    const app = Fastify()
    app.addHook('onSend', async (_request, reply, payload) => {
      observed.push(payload instanceof FastifyPayload)
      reply.header('x-hook', 'hook')
    })
    app.get('/', (_request, reply) => {
      const payload = new FastifyPayload(reply.raw, () => {
        observed.push(reply.raw.getHeader('x-hook'))
        reply.raw.end('hello', () => payload.settle())
      })
      reply.send(payload)
    })
    const { payload } = await app.inject('/')
    await app.close()
    expect([payload, observed]).toEqual(['hello', [true, 'hook']])
  })

  it('emits end and close when it is settled, but not when it is destroyed', () => {
    const payload = new FastifyPayload(RESPONSE, () => {})
    const events: string[] = []
    for (const name of ['end', 'close', 'error']) payload.on(name, () => events.push(name))
    payload.destroy()
    payload.settle()
    expect(events).toEqual(['end', 'close'])
  })

  it.each<[string, (payload: FastifyPayload) => unknown]>([
    ["on('data')", (payload) => payload.on('data', () => {})],
    ["addListener('data')", (payload) => payload.addListener('data', () => {})],
    ["once('readable')", (payload) => payload.once('readable', () => {})],
    ['read', (payload) => payload.read()],
    ['resume', (payload) => payload.resume()],
    ['pipe to another stream', (payload) => payload.pipe(new PassThrough())],
    ['Readable.from', async (payload) => Readable.from(payload).toArray()],
    ['text', (payload) => text(payload as unknown as AsyncIterable<string>)],
    [
      'for await',
      async (payload) => {
        for await (const _chunk of payload as unknown as AsyncIterable<Buffer>) return
      },
    ],
  ])('refuses a hook that reads it by %s, and starts nothing', async (_way, read) => {
    const start = vi.fn()
    const payload = new FastifyPayload(RESPONSE, start)
    const reading = async () => await read(payload)
    await expect(reading()).rejects.toMatchObject({
      code: 'BODY_INTERCEPTED',
      message: expect.stringContaining('an onSend hook'),
    })
    expect(start).not.toHaveBeenCalled()
  })
})
