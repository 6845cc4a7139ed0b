import { EventEmitter, once as onceEvent } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { describe, expect, it, vi } from 'vitest'
import { FaultLayer } from '../../src/fault/fault-layer.js'
import type { EventSourceOf, StreamContext } from '../../src/plugin/stream-decorators.js'
import type { LastbyteOptions } from '../../src/settings/options.js'
import type { EventStreamOptions } from '../../src/settings/stream-options.js'
import { type Application, applicationWith, serverWith } from '../fixture/application.js'
import { eventsOf, LiveEvents, parseEvents, parseLines } from '../fixture/event-client.js'
import { Folder } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'
import { RawHttp2Client } from '../fixture/raw-http2.js'
import { tls } from '../fixture/tls.js'

function serving(
  source: EventSourceOf,
  options?: EventStreamOptions,
  plugin: LastbyteOptions = {},
): Promise<Application> {
  return applicationWith({ serve: false, ...plugin }, (app: FastifyInstance) => {
    app.get('/events', (_request, reply) => reply.eventStream(source, options))
  })
}

/** A source of endless events that counts the sent ones, its aborts and its releases. */
class EndlessSource {
  sent = 0
  returned = 0
  aborted = 0

  constructor(
    private readonly data: string,
    private readonly pace: (signal: AbortSignal) => Promise<unknown> = async () => {},
  ) {}

  readonly source = (context: StreamContext) => this.#events(context)

  async *#events({ signal }: StreamContext) {
    signal.addEventListener('abort', () => {
      this.aborted += 1
    })
    try {
      for (;;) {
        yield { id: this.sent, data: this.data }
        this.sent += 1
        await this.pace(signal)
      }
    } finally {
      this.returned += 1
    }
  }
}

/** A source of one event, which then waits until it is aborted. */
const waitingSource = () =>
  new EndlessSource('x', (signal) => pause(600_000, undefined, { signal }))

function failureOf(text: string) {
  return JSON.parse(parseEvents(text).at(-1)?.data ?? 'null')
}

describe('A client that disconnects', () => {
  it.each([
    ['a source that sends items', () => new EndlessSource('x', () => pause(1))],
    ['a source that waits', waitingSource],
    ['a source that sends items without waiting', () => new EndlessSource('x'.repeat(10_000))],
  ])('aborts and releases %s', async (_what, make) => {
    const endless = make()
    await using app = await serving(endless.source)
    using events = new LiveEvents(app.port, '/events')
    await events.until(({ events }) => events.length > 0)
    events[Symbol.dispose]()
    await vi.waitFor(() => expect(endless).toMatchObject({ aborted: 1, returned: 1 }), {
      timeout: 1_000,
    })
    expect(await app.settled()).toMatchObject({ outcome: 'client-gone' })
    expect(app.app.transfers.running.size).toBe(0)
  })

  it('aborts the signal of a source that has not sent an event', async () => {
    let signals = 0
    await using app = await serving(({ signal }) => {
      signals += 1
      signal.addEventListener('abort', () => {
        signals -= 1
      })
      return new Promise(() => {})
    })
    const client = new RawClient(app.port)
    client.request('/events')
    await expect.poll(() => signals).toBe(1)
    client[Symbol.dispose]()
    await vi.waitFor(() => expect(signals).toBe(0), { timeout: 1_000 })
    await expect.poll(() => app.app.transfers.running.size).toBe(0)
  })

  it('makes the server read nothing of a source whose promise resolves later', async () => {
    const endless = new EndlessSource('x')
    let resolveSource: () => void = () => {}
    await using app = await serving(
      ({ signal, ...rest }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => (resolveSource = () => resolve(source)))
          const source = Object.assign(endless.source({ signal, ...rest }), {})
        }),
    )
    const client = new RawClient(app.port)
    client.request('/events')
    await expect.poll(() => app.app.transfers.running.size).toBe(1)
    client[Symbol.dispose]()
    await expect.poll(() => app.app.transfers.running.size).toBe(0)
    resolveSource()
    await pause(0)
    expect(endless.sent).toBe(0)
  })
})

describe('A client that does not read', () => {
  it('pauses the reads of the source until it reads again', async () => {
    const endless = new EndlessSource('x'.repeat(1_000))
    await using app = await serving(endless.source)
    using client = new RawClient(app.port)
    client.socket.pause()
    client.request('/events')
    let before = -1
    await vi.waitFor(
      () => {
        const { sent } = endless
        const isPaused = sent === before && sent > 0
        before = sent
        expect(isPaused).toBe(true)
      },
      { interval: 300, timeout: 20_000 },
    )
    const sentWhilePaused = endless.sent
    expect(sentWhilePaused).toBeLessThan(20_000)
    client.socket.resume()
    await vi.waitFor(() => expect(endless.sent).toBeGreaterThan(sentWhilePaused), {
      timeout: 5_000,
    })
  })
})

describe('Heartbeats', () => {
  it('are sent while the source sends nothing, and not inside of an event', async () => {
    const data = { text: 'x'.repeat(100_000) }
    await using app = await serving(
      async function* () {
        for (let n = 0; n < 5; n += 1) {
          yield { id: n, data }
          await pause(30)
        }
      },
      { heartbeat: 5 },
    )
    using events = new LiveEvents(app.port, '/events', { Connection: 'close' })
    const got = await events.closed()
    expect(got.events.slice(0, 5).map(({ data }) => JSON.parse(data))).toEqual(Array(5).fill(data))
    const blocks = got.text.split('\n\n').slice(0, -1)
    expect(blocks.filter((block) => block === ':').length).toBeGreaterThan(5)
    for (const block of blocks) expect(block).toMatch(/^(:|id: \d\ndata: .*|id: 4:end\n.*\n.*)$/)
  })

  it('are heartbeat frames in NDJSON', async () => {
    await using app = await applicationWith({ serve: false }, (instance) => {
      const rows = async function* () {
        yield { n: 1 }
        await pause(40)
        yield [2]
      }
      instance.get('/rows', (_request, reply) => reply.ndjson(rows, { heartbeat: 10 }))
    })
    using client = new RawClient(app.port)
    client.request('/rows', { Connection: 'close' })
    const { response, text } = eventsOf(await client.closed())
    expect(response.fields['content-type']).toBe('application/x-ndjson')
    const lines = parseLines(text)
    expect(lines.filter(({ type }) => type === 'heartbeat').length).toBeGreaterThan(1)
    expect(lines.filter(({ type }) => type !== 'heartbeat')).toEqual([
      { type: 'data', offset: 0, row: { n: 1 } },
      { type: 'data', offset: 1, row: [2] },
      { type: 'end', size: 2 },
    ])
  })
})

describe('reauthorize', () => {
  it.each<[string, () => unknown, object, string]>([
    [
      'returns false',
      () => false,
      { type: 'authentication_error', code: 401, retryable: false },
      'unauthorized',
    ],
    [
      'throws',
      () => Promise.reject(new Error('expired')),
      { type: 'authentication_error', code: 401 },
      'unauthorized',
    ],
    [
      'never settles',
      () => new Promise(() => {}),
      { type: 'timeout', code: 504, retryable: true },
      'source-failed',
    ],
    [
      'rejects with statusCode 503',
      () => Promise.reject(Object.assign(new Error('database'), { statusCode: 503 })),
      { type: 'source_error', retryable: true },
      'source-failed',
    ],
  ])('that %s ends the stream with an error frame', async (_how, decide, frame, outcome) => {
    let calls = 0
    const endless = new EndlessSource('x', () => pause(5))
    const reauthorize = () => {
      calls += 1
      return calls < 3 ? true : decide()
    }
    await using app = await serving(endless.source, { reauthorize, reauthorizeInterval: 30 })
    using events = new LiveEvents(app.port, '/events')
    const got = await events.closed()
    expect(got.response).toMatchObject({ status: 200, ended: 'fin' })
    expect(got.whole).toBe(true)
    expect(calls).toBe(3)
    expect(failureOf(got.text)).toMatchObject(frame)
    expect(got.text).not.toMatch(/expired|database/)
    const isFinal = /id: \d+:failed\nevent: error/.test(got.text)
    expect(isFinal).toBe(outcome === 'unauthorized')
    expect(await app.settled()).toMatchObject({ outcome })
    await expect.poll(() => endless.returned).toBe(1)
  })

  it('is called for a file in frames as well', async () => {
    using folder = new Folder({ 'a.log': 'x\n' })
    const streams = { reauthorize: () => false, reauthorizeInterval: 20 }
    await using app = await applicationWith({ root: folder.path, streams })
    using events = new LiveEvents(app.port, '/a.log?follow=1')
    expect(failureOf((await events.closed()).text)).toMatchObject({ code: 401 })
  })

  it('is not called again when the stream has ended', async () => {
    const reauthorize = vi.fn(() => true)
    await using app = await serving(() => ['x'], { reauthorize, reauthorizeInterval: 10 })
    using events = new LiveEvents(app.port, '/events', { Connection: 'close' })
    await events.closed()
    await app.settled()
    const { length } = reauthorize.mock.calls
    await pause(50)
    expect(reauthorize.mock.calls.length).toBe(length)
  })
})

describe('A server that closes', () => {
  it('ends every open event stream with a shutdown error at once', async () => {
    const endless = waitingSource()
    await using app = await serving(endless.source, {}, { shutdownGrace: 60_000 })
    const all = [1, 2, 3].map(() => new LiveEvents(app.port, '/events'))
    for (const events of all) await events.until(({ events }) => events.length > 0)
    const closing = app.app.close()
    for (const events of all) {
      const got = await events.closed()
      expect(got).toMatchObject({ whole: true, response: { ended: 'fin' } })
      expect(failureOf(got.text)).toMatchObject({ type: 'shutdown', code: 503, retryable: true })
      expect(got.text).not.toContain(':failed')
    }
    await closing
    expect(endless.returned).toBe(3)
    expect(app.records.map(({ outcome }) => outcome)).toEqual(['shutdown', 'shutdown', 'shutdown'])
  })
})

describe('An NDJSON stream, when the server closes,', () => {
  it.each([
    ['sends its rows to the end within shutdownGrace', 60_000, { type: 'end', size: 2 }],
    [
      'ends with a shutdown error after shutdownGrace',
      50,
      { type: 'error', error: { type: 'shutdown', offset: 1 } },
    ],
  ])('%s', async (_what, shutdownGrace, last) => {
    const more = new EventEmitter()
    await using app = await applicationWith({ serve: false, shutdownGrace }, (instance) => {
      instance.get('/rows', (_request, reply) =>
        reply.ndjson(async function* () {
          yield 1
          await onceEvent(more, 'go')
          yield 2
        }),
      )
    })
    using rows = new LiveEvents(app.port, '/rows', { Connection: 'close' })
    await rows.until(({ text }) => text !== '')
    const closing = app.app.close()
    if (last.type === 'end') more.emit('go')
    const { text } = await rows.closed()
    expect(parseLines(text).at(-1)).toMatchObject(last)
    await closing
  })
})

describe("The application's own signal", () => {
  it('ends the stream with a cancelled error when it aborts', async () => {
    const control = new AbortController()
    await using app = await serving(waitingSource().source, { signal: control.signal })
    using events = new LiveEvents(app.port, '/events')
    await events.until(({ events }) => events.length > 0)
    control.abort()
    expect(failureOf((await events.closed()).text)).toMatchObject({ type: 'cancelled' })
    expect(await app.settled()).toMatchObject({ outcome: 'cancelled' })
  })
})

describe('A stream over HTTP/2', () => {
  it('has the frames of HTTP/1.1, and END_STREAM after the last', async () => {
    const endless = waitingSource()
    await using app = await serverWith({ serve: false, shutdownGrace: 100 }, { tls }, (app) => {
      app.get('/events', (_request, reply) => reply.eventStream(endless.source))
      app.get('/failing', (_request, reply) =>
        reply.eventStream(async function* () {
          yield { id: 1, data: 'x' }
          throw new Error('secret')
        }),
      )
    })
    using client = await RawHttp2Client.connect(app.port)
    const failing = await client.frames(client.request('/failing'))
    expect(failing).toMatchObject({ endStream: true, reset: undefined })
    expect(failureOf(failing.data.toString())).toMatchObject({ type: 'source_error' })
    const open = client.request('/events')
    await client.frames(open, 5)
    const closing = app.app.close()
    const rest = await client.frames(open)
    expect(rest).toMatchObject({ endStream: true, reset: undefined })
    expect(failureOf(rest.data.toString())).toMatchObject({ type: 'shutdown' })
    client[Symbol.dispose]()
    await closing
  })
})

describe('The faults of a stream', () => {
  it.each([
    ['truncate; at=300; from=response', 'fin', 300],
    ['connection-reset; at=300; from=response', 'reset', undefined],
  ])('%s act at a byte of the body', async (fault, ended, bytes) => {
    const faults = new FaultLayer(1)
    const endless = new EndlessSource('x'.repeat(90), () => pause(1))
    await using app = await serving(endless.source, {}, { faults })
    using events = new LiveEvents(app.port, '/events', { 'Lastbyte-Fault': fault })
    const got = await events.closed()
    expect(got.whole).toBe(false)
    // Compares the journal, since Node's client may report a reset behind the last bytes as an end.
    await expect.poll(() => faults.journal()).toMatchObject([{ outcome: 'injected', ended }])
    if (bytes !== undefined) expect(got.text).toHaveLength(bytes)
    expect(got.text).not.toContain('event: error')
    expect(await app.settled()).toMatchObject({ outcome: 'injected' })
    await expect.poll(() => endless.returned).toBe(1)
  })

  it('of the kind status respond without opening the source', async () => {
    const faults = new FaultLayer(1)
    const endless = new EndlessSource('x')
    await using app = await serving(endless.source, {}, { faults })
    using events = new LiveEvents(app.port, '/events', {
      'Lastbyte-Fault': 'status; status=503',
      Connection: 'close',
    })
    expect((await events.closed()).response.status).toBe(503)
    expect(endless.sent).toBe(0)
  })
})
