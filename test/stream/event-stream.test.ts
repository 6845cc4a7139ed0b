import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import type { EventSourceOf } from '../../src/stream-decorators.js'
import type { EventStreamOptions } from '../../src/stream-options.js'
import { type Application, applicationWith } from '../fixture/application.js'
import { readEvents } from '../fixture/event-client.js'
import { RawClient } from '../fixture/raw-http.js'

function serving(source: () => EventSourceOf, options?: EventStreamOptions): Promise<Application> {
  return applicationWith({ serve: false }, (app: FastifyInstance) => {
    app.get('/events', (_request, reply) => reply.eventStream(source(), options))
  })
}

describe('reply.eventStream', () => {
  it('sends events, an end with an id of its own, and the fields that keep proxies out', async () => {
    await using app = await serving(() =>
      (async function* () {
        yield { id: 0, event: 'tick', data: { n: 1 } }
        yield 'two\nlines'
      })(),
    )
    using client = new RawClient(app.port)
    client.request('/events', { Connection: 'close' })
    const { status, fields, body } = await client.closed()
    expect(status).toBe(200)
    expect(fields).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    })
    expect(body.toString()).toContain(
      'id: 0\nevent: tick\ndata: {"n":1}\n\ndata: two\ndata: lines\n\n' +
        'id: 0:end\nevent: end\ndata: {"size":2}\n\n',
    )
  })

  it.each<[string, () => EventSourceOf]>([
    ['a throwing iterator', () => failing],
    ['an iterator', () => failing()],
    ['a Readable that errors', () => Readable.from(failing())],
    ['a WHATWG stream that errors', () => Readable.toWeb(Readable.from(failing())) as never],
    ['a promise of one', () => Promise.resolve(failing())],
  ])('tells the failure of %s in a frame, and closes', async (_of, source) => {
    await using app = await serving(source)
    const { response, events, whole } = await readEvents(app.port, '/events')
    expect(response).toMatchObject({ status: 200, ended: 'fin' })
    expect(whole).toBe(true)
    expect(events.map(({ id, event }) => [id, event])).toEqual([
      ['7', undefined],
      [undefined, 'error'],
    ])
    expect(JSON.parse(events[1]?.data ?? '')).toEqual({
      type: 'source_error',
      message: 'The source failed.',
      code: 500,
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      retryable: true,
      offset: 1,
    })
  })
})

async function* failing() {
  yield { id: 7, data: 'x' }
  throw new Error('secret inner text')
}
