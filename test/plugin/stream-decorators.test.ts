import type { FastifyReply, FastifyRequest } from 'fastify'
import { describe, expect, it } from 'vitest'
import type { StreamContext } from '../../src/plugin/stream-decorators.js'
import { applicationWith } from '../fixture/application.js'

async function respond(
  handle: (reply: FastifyReply, request: FastifyRequest) => unknown,
  headers: Record<string, string> = {},
) {
  await using app = await applicationWith({ serve: false }, (app) => {
    app.get('/', (request, reply) => {
      handle(reply, request)
      return reply
    })
  })
  const response = await fetch(app.url, { headers })
  return { status: response.status, text: await response.text(), log: app.log }
}

describe.each(['eventStream', 'ndjson'] as const)('reply.%s', (name) => {
  it('calls a source function with the last event id, a signal and the request', async () => {
    let context: StreamContext | undefined
    let own: FastifyRequest | undefined
    const handle = (reply: FastifyReply, request: FastifyRequest) => {
      own = request
      return reply[name]((given: StreamContext) => {
        context = given
        return []
      })
    }
    await respond(handle, { 'last-event-id': '7' })
    expect(context).toMatchObject({ lastEventId: '7', signal: expect.any(AbortSignal) })
    expect(context?.request).toBe(own)
  })

  it('calls a source function, and reads its items, after the handler has gone on', async () => {
    const order: string[] = []
    const handle = (reply: FastifyReply) => {
      reply[name](function* () {
        order.push('source')
        yield 'item'
      })
      order.push('handler')
    }
    await respond(handle)
    expect(order).toEqual(['handler', 'source'])
  })

  it('decodes the last event id as UTF-8 although node:http decodes header fields as Latin-1', async () => {
    let lastEventId: string | undefined
    const id = Buffer.from('Ċ 1').toString('latin1')
    const handle = (reply: FastifyReply) =>
      reply[name]((given: StreamContext) => {
        lastEventId = given.lastEventId
        return []
      })
    await respond(handle, { 'last-event-id': id })
    expect(lastEventId).toBe('Ċ 1')
  })

  it('sends one stream and logs a warning where a handler calls it twice', async () => {
    const { text, log } = await respond((reply) => {
      reply[name](['first'])
      return reply[name](['second'])
    })
    expect([text.includes('first'), text.includes('second')]).toEqual([true, false])
    expect(log.some(({ msg }) => String(msg).startsWith('Reply was already sent'))).toBe(true)
  })

  it.each<[string, unknown]>([
    ['a number', 5],
    ['a plain object', {}],
    ['null', null],
    ['undefined', undefined],
    ['a text', 'text'],
  ])('responds 500 to a source that is %s', async (_what, source) => {
    expect((await respond((reply) => reply[name](source as string[]))).status).toBe(500)
  })

  it('responds 500 to a malformed option, and logs its name', async () => {
    const { status, log } = await respond((reply) => reply[name]([], { heartbeat: -1 }))
    expect(status).toBe(500)
    expect(JSON.stringify(log)).toContain('heartbeat: ')
  })
})
