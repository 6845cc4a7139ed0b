import type { EventSourceMessage } from 'eventsource-parser'
import type { FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import { StreamError } from '../../src/http/stream-error.js'
import type { EventSourceOf } from '../../src/plugin/stream-decorators.js'
import type { EventStreamOptions } from '../../src/settings/stream-options.js'
import { memoryLog } from '../../src/stream-log/memory/memory-log.js'
import type { StreamLog } from '../../src/stream-log/stream-log.js'
import { applicationWith } from '../fixture/application.js'
import type { RawEvents } from '../fixture/event-client.js'
import * as client from '../fixture/event-client.js'
import { SteppedSource } from '../fixture/stepped-source.js'

function applicationOf(
  source: EventSourceOf,
  options: EventStreamOptions = {},
  set: (app: FastifyInstance) => void = () => {},
) {
  return applicationWith({ serve: false }, (app) => {
    app.get('/', (_request, reply) => reply.eventStream(source, { key: 'a', ...options }))
    set(app)
  })
}

const CLOSE = { Connection: 'close' }
const readEvents = (port: number, path: string, fields: Record<string, string> = {}) =>
  client.readEvents(port, path, { ...CLOSE, ...fields })
class LiveEvents extends client.LiveEvents {
  constructor(port: number, path: string) {
    super(port, path, CLOSE)
  }
}

const numbers = ({ events }: Pick<RawEvents, 'events'>) =>
  events.filter(({ event }) => event === 'tick').map(({ data }) => JSON.parse(data).n)
const lastOf = ({ events }: Pick<RawEvents, 'events'>) => events.at(-1) as EventSourceMessage
const has = (n: number) => (events: RawEvents) => numbers(events).includes(n)
const since = (id: string | undefined) => ({ 'Last-Event-ID': id ?? '' })

describe('reply.eventStream with a key', () => {
  it('reads the source once for all readers, who receive the same bytes', async () => {
    const steps = new SteppedSource(4)
    await using app = await applicationOf(steps.events)
    using early = new LiveEvents(app.port, '/')
    steps.allow(2)
    await early.until(has(2))
    using late = new LiveEvents(app.port, '/')
    await late.until(has(2))
    steps.allow(4)
    const [one, two] = await Promise.all([early.closed(), late.closed()])
    expect(numbers(one)).toEqual([1, 2, 3, 4])
    expect(two.text).toBe(one.text)
    expect(lastOf(one)).toMatchObject({ event: 'end', data: '{"size":4}' })
    expect(lastOf(one).id).toMatch(/^4-[\w-]{8}:end$/)
    expect(steps.calls).toEqual([undefined])
    expect((await readEvents(app.port, '/')).text).toBe(one.text)
    expect(steps.calls).toEqual([undefined])
  })

  it('goes on with the source when its only reader leaves, who continues after any id', async () => {
    const steps = new SteppedSource(5)
    await using app = await applicationOf(steps.events)
    let ids: (string | undefined)[]
    {
      using reader = new LiveEvents(app.port, '/')
      steps.allow(2)
      ids = (await reader.until(has(2))).events.map(({ id }) => id)
    }
    await app.settled()
    steps.allow(5)
    await expect.poll(() => steps.ended).toBe(1)
    const all = await readEvents(app.port, '/')
    expect(numbers(all)).toEqual([1, 2, 3, 4, 5])
    for (const [at, id] of all.events.slice(0, 5).entries()) {
      const rest = await readEvents(app.port, '/', since(id.id))
      expect(numbers(rest)).toEqual([1, 2, 3, 4, 5].slice(at + 1))
    }
    expect(ids).toEqual(all.events.slice(0, 2).map(({ id }) => id))
    expect(steps.calls).toHaveLength(1)
  })

  it('responds 204 to a reader who has received the end', async () => {
    await using app = await applicationOf(new SteppedSource(0).events)
    const { events } = await readEvents(app.port, '/')
    const response = await fetch(app.url, { headers: { 'last-event-id': events[0]?.id ?? '' } })
    expect(response.status).toBe(204)
  })

  it('neither begins nor joins the stream for HEAD', async () => {
    const steps = new SteppedSource(1)
    await using app = await applicationOf(steps.events)
    const response = await fetch(app.url, { method: 'HEAD' })
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(steps.calls).toEqual([])
    expect(await app.app.eventStreams.stop('a')).toBe(false)
  })

  it('sends an error event of type gap for an unknown id, and begins no stream', async () => {
    const steps = new SteppedSource(1)
    await using app = await applicationOf(steps.events)
    const { response, events, whole } = await readEvents(app.port, '/', since('7-unknown0'))
    expect([response.status, whole]).toEqual([200, true])
    expect(events).toHaveLength(1)
    expect(lastOf({ events })).toMatchObject({ event: 'error', id: '7-unknown0:failed' })
    expect(JSON.parse(lastOf({ events }).data)).toMatchObject({
      type: 'gap',
      code: 410,
      retryable: false,
    })
    expect(steps.calls).toEqual([])
    expect(await app.settled()).toMatchObject({ outcome: 'changed', error: { code: 'GAP' } })
  })

  it('sends an error event of type gap to a reader whose next event the log has dropped', async () => {
    const steps = new SteppedSource(500)
    const log = memoryLog({ maxStreamBytes: 5_000 })
    await using app = await applicationOf(steps.events, { log })
    using reader = new LiveEvents(app.port, '/')
    steps.allow(1)
    const [first] = (await reader.until(has(1))).events
    reader.client.socket.destroy()
    steps.allow(500)
    await expect.poll(() => steps.ended).toBe(1)
    const { events } = await readEvents(app.port, '/', since(first?.id))
    expect(events).toHaveLength(1)
    expect(JSON.parse(lastOf({ events }).data).type).toBe('gap')
    const joined = numbers(await readEvents(app.port, '/'))
    expect(joined.at(-1)).toBe(500)
    expect(joined).toEqual(Array.from(joined, (_, at) => 501 - joined.length + at))
  })

  it('stops for ever by eventStreams.stop: the source is aborted, each reader is told', async () => {
    const steps = new SteppedSource(9)
    await using app = await applicationOf(steps.events)
    using reader = new LiveEvents(app.port, '/')
    steps.allow(2)
    await reader.until(has(2))
    expect(await app.app.eventStreams.stop('a')).toBe(true)
    const told = await reader.closed()
    expect(numbers(told)).toEqual([1, 2])
    const failure = { type: 'stopped', code: 410, retryable: false, offset: 2 }
    expect(JSON.parse(lastOf(told).data)).toMatchObject(failure)
    expect(lastOf(told).id).toMatch(/^2-[\w-]{8}:failed$/)
    await expect.poll(() => steps.ended).toBe(1)
    const late = await readEvents(app.port, '/', since(told.events[0]?.id))
    expect(numbers(late)).toEqual([2])
    expect(JSON.parse(lastOf(late).data)).toMatchObject({ type: 'stopped', offset: 1 })
    expect(await app.app.eventStreams.stop('a')).toBe(false)
    expect(steps.calls).toHaveLength(1)
  })

  it('tells every reader, also a late one, of a final failure of the source', async () => {
    const steps = new SteppedSource(9)
    steps.failures.set(3, new StreamError({ type: 'quota', status: 429 }, 'Quota exceeded'))
    await using app = await applicationOf(steps.events)
    steps.allow(9)
    const failure = { type: 'quota', code: 429, message: 'Quota exceeded', retryable: false }
    for (const _reader of [1, 2]) {
      const { events } = await readEvents(app.port, '/')
      expect(numbers({ events })).toEqual([1, 2])
      expect(JSON.parse(lastOf({ events }).data)).toMatchObject({ ...failure, offset: 2 })
    }
    expect(steps.calls).toHaveLength(1)
    expect(app.log.some(({ msg }) => msg === 'the source of a stream failed')).toBe(true)
  })

  it('calls the source again after a retryable failure, after the last event that it yielded', async () => {
    const steps = new SteppedSource(4)
    steps.failures.set(3, new Error('connection lost'))
    await using app = await applicationOf(steps.events)
    steps.allow(4)
    const first = await readEvents(app.port, '/')
    expect(numbers(first)).toEqual([1, 2])
    expect(JSON.parse(lastOf(first).data)).toMatchObject({ type: 'source_error', retryable: true })
    steps.failures.clear()
    const id = first.events[1]?.id
    expect(numbers(await readEvents(app.port, '/', since(id)))).toEqual([3, 4])
    expect(steps.calls).toEqual([undefined, '2'])
    expect(numbers(await readEvents(app.port, '/'))).toEqual([1, 2, 3, 4])
  })

  it('fails for ever where a source without ids can not be continued', async () => {
    let calls = 0
    async function* events() {
      calls += 1
      yield 'first'
      throw new StreamError({ type: 'lost', retryable: true }, 'Lost')
    }
    await using app = await applicationOf(events)
    const first = await readEvents(app.port, '/')
    expect(JSON.parse(lastOf(first).data)).toMatchObject({ type: 'lost', retryable: true })
    const second = await readEvents(app.port, '/', since(first.events[0]?.id))
    expect(JSON.parse(lastOf(second).data)).toMatchObject({
      type: 'producer_lost',
      retryable: false,
    })
    expect(calls).toBe(1)
  })

  it('responds with the status of a failure before the first event', async () => {
    const steps = new SteppedSource(1)
    steps.failures.set(1, new StreamError({ type: 'quota', status: 429 }, 'Quota exceeded'))
    await using app = await applicationOf(steps.events)
    steps.allow(1)
    expect((await readEvents(app.port, '/')).response.status).toBe(429)
    expect((await readEvents(app.port, '/')).response.status).toBe(429)
    expect(steps.calls).toHaveLength(1)
  })

  it('ends with an error an event that can not be sent', async () => {
    await using app = await applicationOf([{ id: 1, data: 'good' }, { data: 1n }])
    const { events } = await readEvents(app.port, '/')
    expect(events[0]?.data).toBe('good')
    expect(JSON.parse(lastOf({ events }).data)).toMatchObject({ type: 'source_error', code: 500 })
  })

  it('passes all members of an event on, in place of its id', async () => {
    const events = [
      { id: 'own', event: 'e', data: 'a\nb', retry: 7, comment: 'c' },
      { id: 'alone' },
      { comment: 'note' },
    ]
    await using app = await applicationOf(events)
    const { text } = await readEvents(app.port, '/')
    const sent = text.replaceAll(/^id: (\d+)-\S{8}/gm, 'id: $1')
    expect(sent).toBe(
      'id: 1\n: c\nevent: e\nretry: 7\ndata: a\ndata: b\n\nid: 2\n\nid: 3\n: note\n\nid: 3:end\nevent: end\ndata: {"size":3}\n\n',
    )
  })

  it('hands a stream over to another process when the application closes', async () => {
    const steps = new SteppedSource(4)
    const log = memoryLog()
    const second = await applicationOf(steps.events, { log })
    await using _second = second
    let ids: (string | undefined)[]
    {
      await using app = await applicationOf(steps.events, { log })
      using reader = new LiveEvents(app.port, '/')
      steps.allow(2)
      ids = (await reader.until(has(2))).events.map(({ id }) => id)
      using other = new LiveEvents(second.port, '/')
      await other.until(has(2))
      const closing = app.app.close()
      const told = await reader.closed()
      expect(JSON.parse(lastOf(told).data)).toMatchObject({ type: 'shutdown', retryable: true })
      await closing
      steps.allow(4)
      expect(numbers(await other.closed())).toEqual([1, 2, 3, 4])
    }
    expect(numbers(await readEvents(second.port, '/', since(ids[1])))).toEqual([3, 4])
    expect(steps.calls).toEqual([undefined, '2'])
  })

  it('has separate streams for separate keys and logs', async () => {
    const log = memoryLog()
    let calls = 0
    async function* events() {
      calls += 1
      yield { id: calls, data: calls }
    }
    await using app = await applicationOf(events, {}, (instance) => {
      instance.get('/b', (_request, reply) => reply.eventStream(events, { key: 'b' }))
      instance.get('/log', (_request, reply) => reply.eventStream(events, { key: 'a', log }))
    })
    for (const [at, path] of ['/', '/b', '/log', '/', '/b', '/log'].entries()) {
      const { events } = await readEvents(app.port, path)
      expect(events[0]?.data).toBe(String((at % 3) + 1))
    }
  })

  it.each([
    [{ log: memoryLog(), key: undefined }, 'key: '],
    [{ key: '' }, 'key: '],
    [{ key: 'x'.repeat(1_025) }, 'key: '],
    [{ log: {} as StreamLog }, 'log: '],
  ])('refuses the options %j', async (options, message) => {
    await using app = await applicationOf([], options as EventStreamOptions)
    expect((await fetch(app.url)).status).toBe(500)
    expect(JSON.stringify(app.log)).toContain(message)
  })

  it('refuses a key for rows', async () => {
    await using app = await applicationWith({ serve: false }, (instance) => {
      instance.get('/', (_request, reply) => reply.ndjson([1], { key: 'a' } as object))
    })
    expect((await fetch(app.url)).status).toBe(500)
  })

  it('uses streams.log of the registration', async () => {
    const log = memoryLog()
    const steps = new SteppedSource(1)
    await using app = await applicationWith({ serve: false, streams: { log } }, (instance) => {
      instance.get('/', (_request, reply) => reply.eventStream(steps.events, { key: 'a' }))
    })
    steps.allow(1)
    await readEvents(app.port, '/')
    expect((await log.claim('a', 'theirs')).kind).toBe('ended')
  })

  it('reports a log that fails to every reader, and to a new one', async () => {
    const log = memoryLog()
    const claim: StreamLog['claim'] = async (key, whose) => {
      const result = await log.claim(key, whose)
      if (result.kind !== 'claimed') return result
      const failing = async () => {
        throw new Error('disk full')
      }
      const producer = { ...result.producer, append: failing, pause: failing, end: failing }
      return { ...result, producer }
    }
    const steps = new SteppedSource(1)
    const broken: StreamLog = { lease: 100, claim, open: (key, id) => log.open(key, id) }
    await using app = await applicationOf(steps.events, { log: broken, openAfter: 0 })
    using reader = new LiveEvents(app.port, '/')
    using other = new LiveEvents(app.port, '/')
    await Promise.all([reader, other].map((each) => each.client.until(1)))
    steps.allow(1)
    for (const each of [reader, other]) {
      const { events } = await each.closed()
      expect(JSON.parse(lastOf({ events }).data)).toMatchObject({ type: 'source_error' })
    }
  })
})
