import { EventEmitter, once } from 'node:events'
import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import { StreamError } from '../../src/http/stream-error.js'
import type { EventSourceOf } from '../../src/plugin/stream-decorators.js'
import type { EventStreamOptions } from '../../src/settings/stream-options.js'
import { type Application, applicationWith } from '../fixture/application.js'
import { LiveEvents, readEvents } from '../fixture/event-client.js'
import { Folder } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'

function serving(source: () => EventSourceOf, options?: EventStreamOptions): Promise<Application> {
  return applicationWith({ serve: false }, (app: FastifyInstance) => {
    app.get('/events', (_request, reply) => reply.eventStream(source(), options))
  })
}

describe('reply.eventStream', () => {
  it('sends the events, an end event with its own id, and the fields that disable buffering', async () => {
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
    ['a generator function', () => failing],
    ['a generator', () => failing()],
    ['a Readable that errors', () => Readable.from(failing())],
    ['a WHATWG stream that errors', () => Readable.toWeb(Readable.from(failing())) as never],
    ['a promise of a generator', () => Promise.resolve(failing())],
    ['an iterator whose next throws synchronously', () => throwingAtOnce()],
  ])('sends an error frame for a failure of %s, then ends the response', async (_of, source) => {
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

describe('A failure of a stream source', () => {
  it.each<[string, () => EventSourceOf, number, string | undefined]>([
    ['an error without a status', () => throwing(new Error('secret')), 500, 'The source failed.'],
    [
      'an error with statusCode 404',
      () => throwing(withStatus(404, 'No such feed')),
      404,
      'No such feed',
    ],
    ['an error with statusCode 401', () => throwing(withStatus(401, 'Log in')), 401, 'Log in'],
    ['a StreamError', () => throwing(streamOver()), 410, 'The feed is over'],
    ['a source that is a number', () => 5 as never, 500, undefined],
    ['a promise that rejects', () => Promise.reject(withStatus(429, 'Slowly')), 429, 'Slowly'],
    [
      'an event with an unknown property',
      () => [{ data: 'x', nmae: 'y' } as never],
      500,
      undefined,
    ],
    ['bytes in place of an event', () => Readable.from([Buffer.from('x')]), 500, undefined],
    [
      'an event with the id of a terminal frame',
      () => [{ id: '7:end', data: 'x' }],
      500,
      undefined,
    ],
  ])(
    'before the first event is sent as problem details: %s',
    async (_kind, source, status, detail) => {
      await using app = await serving(source)
      const { response } = await readEvents(app.port, '/events', { Connection: 'close' })
      expect(response.status).toBe(status)
      expect(response.fields['content-type']).toBe('application/problem+json')
      const problem = JSON.parse(response.body.toString())
      expect(problem.status).toBe(status)
      if (detail !== undefined) expect(problem.detail).toBe(detail)
      expect(response.body.toString()).not.toContain('secret')
      await expect.poll(() => app.app.transfers.running.size).toBe(0)
    },
  )

  it('after openAfter is sent as an error frame, since the header section was sent', async () => {
    const late = new EventEmitter()
    await using app = await serving(
      () =>
        (async function* () {
          await once(late, 'failure')
          yield* throwing(new Error('late'))
        })(),
      { openAfter: 50 },
    )
    using events = new LiveEvents(app.port, '/events')
    await events.until(({ text }) => text !== '')
    expect(events.now.text).toBe(':\n\n')
    late.emit('failure')
    const got = await events.closed()
    expect(got.response.status).toBe(200)
    expect(got.events.map(({ event }) => event)).toEqual(['error'])
  })
})

describe('The id of a terminal frame', () => {
  it.each(['7:end', '7:failed', '"tag;events":9:end'])(
    '(%s) in Last-Event-ID makes eventStream and ndjson respond 204 without opening the source',
    async (id) => {
      let opened = 0
      const source = () => {
        opened += 1
        return []
      }
      await using app = await applicationWith({ serve: false }, (app) => {
        app.get('/events', (_request, reply) => reply.eventStream(source))
        app.get('/rows', (_request, reply) => reply.ndjson(source))
      })
      for (const path of ['/events', '/rows']) {
        const response = await fetch(app.url + path, { headers: { 'last-event-id': id } })
        expect([path, response.status]).toEqual([path, 204])
      }
      expect(opened).toBe(0)
    },
  )

  it('in Last-Event-ID makes eventStream release a stream that the handler has opened', async () => {
    const source = new Readable({ read() {} })
    await using app = await applicationWith({ serve: false }, (app) => {
      app.get('/events', (_request, reply) => reply.eventStream(source))
    })
    const headers = { 'last-event-id': '7:end' }
    expect((await fetch(`${app.url}/events`, { headers })).status).toBe(204)
    await expect.poll(() => source.destroyed).toBe(true)
  })

  it.each([
    ['another route of the application', '/own', 200],
    ['a route of the application that sends events itself', '/foreign-events', 200],
    ['a path without a route', '/nowhere', 404],
    ['a file', '/f.txt', 200],
  ])('in Last-Event-ID does not change the response of %s', async (_what, path, status) => {
    using folder = new Folder({ 'f.txt': 'hello' })
    await using app = await applicationWith({ root: folder.path }, (app) => {
      app.get('/own', () => 'own')
      app.get('/foreign-events', (_request, reply) =>
        reply.type('text/event-stream').send('data: x\n\n'),
      )
    })
    for (const id of ['chapter:end', 'x:failed']) {
      const response = await fetch(app.url + path, { headers: { 'last-event-id': id } })
      expect(response.status).toBe(status)
      expect((await response.text()).length).toBeGreaterThan(0)
    }
  })

  it('in Last-Event-ID makes the response with a file in frames a 204', async () => {
    using folder = new Folder({ 'f.txt': 'hello' })
    await using app = await applicationWith({ root: folder.path })
    for (const accept of ['text/event-stream', 'application/x-ndjson']) {
      const headers = { accept, 'last-event-id': '"tag;events":5:end' }
      expect((await fetch(`${app.url}/f.txt`, { headers })).status).toBe(204)
    }
  })

  it('of an error frame ends in :failed, and a reconnect passes its position to the source', async () => {
    const positions: unknown[] = []
    await using app = await serving(
      () =>
        async function* ({ lastEventId }) {
          positions.push(lastEventId)
          yield { id: 'ø 1', data: 'x' }
          throw streamOver()
        },
    )
    const got = await readEvents(app.port, '/events')
    expect(got.events[1]).toMatchObject({ id: 'ø 1:failed', event: 'error' })
    expect(JSON.parse(got.events[1]?.data ?? '')).toMatchObject({ type: 'over', code: 410 })
    await readEvents(app.port, '/events', { 'Last-Event-ID': 'ø 1' })
    expect(positions).toEqual([undefined, 'ø 1'])
  })

  it('is sent in an error frame whose event name is errorEvent', async () => {
    await using app = await serving(failing, { errorEvent: 'stream-error' })
    const { events } = await readEvents(app.port, '/events')
    expect(events[1]?.event).toBe('stream-error')
  })
})

describe('The retry field', () => {
  it('has jitter, except where jitter or retry is 0', async () => {
    const retries = async (options: EventStreamOptions) => {
      await using app = await serving(() => ['x'], options)
      const responses = Array.from({ length: 8 }, () =>
        readEvents(app.port, '/events', { Connection: 'close' }),
      )
      const texts = (await Promise.all(responses)).map(({ text }) => text)
      return texts.map((text) =>
        Number(/^retry: (\d+)\ndata: x$/m.exec(text.replace('\n\n', '\n'))?.[1]),
      )
    }
    const jittered = await retries({ retry: 2_000 })
    for (const ms of jittered) {
      expect(ms).toBeGreaterThanOrEqual(2_000)
      expect(ms).toBeLessThanOrEqual(3_000)
    }
    expect(new Set(jittered).size).toBeGreaterThan(1)
    expect(new Set(await retries({ retry: 2_000, jitter: 0 }))).toEqual(new Set([2_000]))
    expect(new Set(await retries({ retry: 0 }))).toEqual(new Set([0]))
  })
})

describe('A reply', () => {
  it('sends one stream, and does not open the source of a second one', async () => {
    const second = new Readable({ read: () => expect.unreachable() })
    await using app = await applicationWith({ serve: false }, (app) => {
      app.get('/twice', (_request, reply) => {
        reply.eventStream(['first'])
        return reply.eventStream(second)
      })
      app.get('/after', (_request, reply) => {
        reply.send('sent')
        return reply.eventStream(second)
      })
    })
    const twice = await readEvents(app.port, '/twice', { Connection: 'close' })
    expect(twice.events.map(({ data }) => data)).toEqual(['first', '{"size":1}'])
    const after = await readEvents(app.port, '/after', { Connection: 'close' })
    expect(after.response.body.toString()).toBe('sent')
    expect(app.log.filter(({ msg }) => /already sent/.test(String(msg)))).toHaveLength(2)
    await expect.poll(() => app.app.transfers.running.size).toBe(0)
  })
})

describe('Stream options', () => {
  it.each<[object, RegExp]>([
    [{ hartbeat: 5 }, /hartbeat: unknown option; did you mean heartbeat\?/],
    [{ heartbeat: -1 }, /heartbeat: expected a number of ms/],
    [{ retry: 1.5 }, /retry: expected a whole number of ms/],
    [{ jitter: 2 }, /jitter: expected a number from 0 to 1/],
    [{ errorEvent: 'a\nb' }, /errorEvent: expected a name/],
    [{ reauthorize: true }, /reauthorize: expected a function/],
    [{ signal: 1 }, /signal: expected an AbortSignal/],
  ])(
    'with a malformed value (%j) make the response a 500, and the log names the option',
    async (options, message) => {
      await using app = await serving(() => ['x'], options as EventStreamOptions)
      const { response } = await readEvents(app.port, '/events', { Connection: 'close' })
      expect(response.status).toBe(500)
      expect(JSON.stringify(app.log)).toMatch(message)
    },
  )

  it('of a registration with a malformed value reject app.ready()', async () => {
    const options = { serve: false, streams: { followIdle: 'x' as never } }
    await expect(applicationWith(options)).rejects.toThrow(/streams.followIdle: expected/)
  })

  it('and the source are not read for HEAD, which gets the header fields of the stream', async () => {
    const source = Readable.from(['x'])
    await using app = await serving(() => source)
    using client = new RawClient(app.port)
    client.request('/events', { Connection: 'close' }, 'HEAD')
    const { status, fields, body } = await client.closed()
    expect(status).toBe(200)
    expect(fields['content-type']).toBe('text/event-stream; charset=utf-8')
    expect(body).toHaveLength(0)
    expect(source.destroyed).toBe(true)
  })
})

function withStatus(statusCode: number, message: string): Error {
  return Object.assign(new Error(message), { statusCode })
}

function streamOver(): StreamError {
  return new StreamError({ type: 'over', status: 410 }, 'The feed is over')
}

// biome-ignore lint/correctness/useYield: throws before its first item
async function* throwing(error: Error): AsyncGenerator<never> {
  throw error
}

/** An iterator whose second `next` throws synchronously, in place of returning a rejected promise. */
function throwingAtOnce(): AsyncIterable<{ id: number; data: string }> {
  let calls = 0
  const next = () => {
    calls += 1
    if (calls > 1) throw new Error('secret inner text')
    return Promise.resolve({ done: false, value: { id: 7, data: 'x' } })
  }
  return { [Symbol.asyncIterator]: () => ({ next }) }
}

async function* failing() {
  yield { id: 7, data: 'x' }
  throw new Error('secret inner text')
}
