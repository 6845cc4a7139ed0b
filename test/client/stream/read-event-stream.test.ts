import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readEventStream as byFetch } from '../../../src/client/browser.js'
import { readEventStream as byNode, readFrames } from '../../../src/client/index.js'
import type { ClientEvent } from '../../../src/client/read-policy.js'
import type {
  ReadEventStream,
  ReadEventStreamOptions,
  ReceivedEvent,
} from '../../../src/client/stream/read-event-stream.js'
import { FaultLayer } from '../../../src/fault/fault-layer.js'
import { StreamError } from '../../../src/http/stream-error.js'
import { applicationWith } from '../../fixture/application.js'
import { inTurn, type Script, ScriptedServer } from '../../fixture/scripted-server.js'

const HEAD = { 'content-type': 'text/event-stream; charset=utf-8' }

/** Sends a text, and then ends the response, resets the connection or keeps it open. */
const sends =
  (text: string, end: 'whole' | 'cut' | 'open' = 'cut'): Script =>
  (_request, response: ServerResponse) => {
    response.writeHead(200, HEAD)
    if (end === 'whole') response.end(text)
    else if (end === 'open') response.write(text)
    else response.write(text, () => setTimeout(() => response.destroy(), 20))
  }

const END = 'id: 9:end\nevent: end\ndata: {"size":1}\n\n'
const failure = (members: object) =>
  `event: error\ndata: ${JSON.stringify({
    type: 'source_error',
    message: 'The source failed.',
    code: 500,
    timestamp: '2026-01-01T00:00:00.000Z',
    retryable: true,
    offset: 1,
    ...members,
  })}\n\n`

async function readWith(
  read: ReadEventStream,
  url: string,
  options: ReadEventStreamOptions = {},
): Promise<{ events: ReceivedEvent[]; retries: ClientEvent[]; error: unknown }> {
  const events: ReceivedEvent[] = []
  const retries: ClientEvent[] = []
  const onEvent = (event: ClientEvent) => void retries.push(event)
  try {
    for await (const event of read(url, { onEvent, retryFor: 5_000, ...options }))
      events.push(event)
    return { events, retries, error: undefined }
  } catch (error) {
    return { events, retries, error }
  }
}

describe.each<[string, ReadEventStream]>([
  ['Node', byNode],
  ['fetch', byFetch],
])('readEventStream, by %s', (_platform, read) => {
  it('yields events as EventSource does, up to the end event', async () => {
    const text = 'id: 1\nevent: tick\ndata: a\ndata: b\n\n: hi\n\ndata: {"n":1}\r\n\r\n'
    await using server = await ScriptedServer.start(sends(text + END, 'whole'))
    const { events, error } = await readWith(read, server.url)
    expect(error).toBeUndefined()
    expect(events).toEqual([
      { id: '1', event: 'tick', data: 'a\nb' },
      { id: '1', event: 'message', data: '{"n":1}' },
    ])
    expect(server.requests[0]?.headers).toMatchObject({ accept: 'text/event-stream' })
    expect(server.requests[0]?.headers['last-event-id']).toBeUndefined()
  })

  it('resumes after the last complete event, through every kind of failure', async () => {
    await using server = await ScriptedServer.start(
      inTurn(
        (request) => request.socket.destroy(),
        (_request, response) => void response.writeHead(503, { 'retry-after': '0' }).end(),
        sends('id: é1\ndata: a\n\nid: 2\ndata: torn'),
        sends(`id: 3\ndata: b\n\n${failure({})}`, 'whole'),
        sends('id: 4\ndata: c\n\n', 'whole'),
        (_request, response) => void response.writeHead(204).end(),
      ),
    )
    const { events, retries, error } = await readWith(read, server.url)
    expect(error).toBeUndefined()
    expect(events.map(({ data }) => data)).toEqual(['a', 'b', 'c'])
    const places = server.requests.map(({ headers }) => headers['last-event-id'])
    const é1 = Buffer.from('é1').toString('latin1')
    expect(places).toEqual([undefined, undefined, undefined, é1, '3', '4'])
    expect(retries).toHaveLength(5)
  })

  it('throws a final failure of the server without another request', async () => {
    const final = failure({ type: 'authentication_error', code: 401, retryable: false })
    await using server = await ScriptedServer.start(sends(`id: 1\ndata: a\n\n${final}`, 'whole'))
    const { events, error } = await readWith(read, server.url)
    expect(events).toHaveLength(1)
    expect(error).toBeInstanceOf(StreamError)
    expect(error).toMatchObject({ type: 'authentication_error', status: 401, retryable: false })
    expect(server.requests).toHaveLength(1)
  })

  it.each([
    ['a reset', sends('data: a\n\n')],
    ['a proper end', sends('data: a\n\n', 'whole')],
  ])('throws NOT_RESUMABLE after %s of a stream without ids', async (_how, script) => {
    await using server = await ScriptedServer.start(script)
    const { events, error } = await readWith(read, server.url)
    expect(events).toHaveLength(1)
    expect(error).toMatchObject({ code: 'NOT_RESUMABLE' })
  })

  it('throws a retryable failure of a stream without ids', async () => {
    await using server = await ScriptedServer.start(sends(`data: a\n\n${failure({})}`, 'whole'))
    const { error } = await readWith(read, server.url)
    expect(error).toMatchObject({ code: 'STREAM_FAILED', type: 'source_error' })
  })

  it('yields error events of the application when errorEvent has another name', async () => {
    const text = `event: error\ndata: oh\n\n${failure({})}${END}`
    await using server = await ScriptedServer.start(sends(text, 'whole'))
    const { events, error } = await readWith(read, server.url, { errorEvent: 'stream-error' })
    expect(error).toBeUndefined()
    expect(events.map(({ event }) => event)).toEqual(['error', 'error'])
  })

  it.each<[string, Script]>([
    ['404', (_request, response) => void response.writeHead(404).end()],
    ['another type', (_request, response) => void response.end('<html>')],
  ])('throws REFUSED for %s without a retry', async (_what, script) => {
    await using server = await ScriptedServer.start(script)
    expect((await readWith(read, server.url)).error).toMatchObject({ code: 'REFUSED' })
    expect(server.requests).toHaveLength(1)
  })

  it('yields the last event of a stream whose lines end with CR alone, without a byte behind it', async () => {
    const text = 'id: 1\rdata: a\r\rid: 2\rdata: b\rdata: c\r\r'
    const end = `${END}`.replaceAll('\n', '\r')
    await using server = await ScriptedServer.start(
      inTurn(sends(text, 'whole'), sends(end, 'whole')),
    )
    const { events, error } = await readWith(read, server.url)
    expect(error).toBeUndefined()
    expect(events.map(({ id, data }) => [id, data])).toEqual([
      ['1', 'a'],
      ['2', 'b\nc'],
    ])
    expect(server.requests[1]?.headers['last-event-id']).toBe('2')
  })

  it('throws REFUSED for an event longer than most', async () => {
    await using server = await ScriptedServer.start(sends(`data: ${'x'.repeat(5_000)}`, 'open'))
    const { error } = await readWith(read, server.url, { most: 1_000 })
    expect(error).toMatchObject({ code: 'REFUSED', facts: { most: 1_000 } })
  })

  it('reconnects after stall ms without a byte, and heartbeats count as bytes', async () => {
    const beating: Script = (_request, response) => {
      response.writeHead(200, HEAD)
      let beats = 0
      const timer = setInterval(() => {
        beats += 1
        response.write(beats < 5 ? ':\n\n' : `id: 1\ndata: a\n\n${END}`)
        if (beats === 5) clearInterval(timer)
      }, 60)
    }
    await using server = await ScriptedServer.start(inTurn(sends('', 'open'), beating))
    const { events, retries, error } = await readWith(read, server.url, { stall: 200 })
    expect(error).toBeUndefined()
    expect(events).toHaveLength(1)
    expect(retries).toMatchObject([{ error: { code: 'SERVER_STALLED' } }])
  })

  it('waits at least the retry time of the server, and at most half of it longer', async () => {
    await using server = await ScriptedServer.start(
      inTurn(sends('retry: 300\nid: 1\ndata: a\n\n'), sends(END, 'whole')),
    )
    const { retries } = await readWith(read, server.url)
    const [retry] = retries as { wait: number }[]
    expect(retry?.wait).toBeGreaterThanOrEqual(300)
    expect(retry?.wait).toBeLessThanOrEqual(450)
  })

  it('throws GAVE_UP after retryFor without progress', async () => {
    await using server = await ScriptedServer.start((request) => request.socket.destroy())
    const { error } = await readWith(read, server.url, { retryFor: 300 })
    expect(error).toMatchObject({ code: 'GAVE_UP' })
  })

  it('closes the connection when the reader stops or the signal is aborted', async () => {
    let open = 0
    await using server = await ScriptedServer.start((request, response) => {
      open += 1
      response.on('close', () => (open -= 1))
      sends('id: 1\ndata: a\n\n', 'open')(request, response)
    })
    for await (const _event of read(server.url)) break
    await expect.poll(() => open).toBe(0)

    const control = new AbortController()
    const reason = new Error('enough')
    const reading = async () => {
      for await (const _event of read(server.url, { signal: control.signal })) control.abort(reason)
    }
    await expect(reading()).rejects.toBe(reason)
    await expect.poll(() => open).toBe(0)
    await expect(read(server.url, { signal: control.signal }).next()).rejects.toBe(reason)
  })

  it('yields each event once from a stream that is truncated several times', async () => {
    const faults = new FaultLayer(7)
    for (const at of [700, 333, 1_500]) {
      faults.arm({ fault: { kind: 'truncate', at, from: 'response' }, times: 1 })
    }
    await using app = await applicationWith({ serve: false, faults }, (instance) => {
      instance.get('/', (_request, reply) =>
        reply.eventStream(
          async function* ({ lastEventId = '-1' }) {
            for (let n = Number(lastEventId) + 1; n < 200; n += 1) yield { id: n, data: { n } }
          },
          { retry: 0 },
        ),
      )
    })
    const { events, error, retries } = await readWith(read, app.url)
    expect(error).toBeUndefined()
    expect(events.map(({ data }) => JSON.parse(data).n)).toEqual(Array.from(Array(200).keys()))
    expect(retries.length).toBeGreaterThanOrEqual(3)
  })
})

describe('A compressed event stream', () => {
  const COMPRESSED: Script = (_request, response) => {
    response.writeHead(200, { ...HEAD, 'content-encoding': 'gzip' })
    response.end(gzipSync(`id: 1\ndata: a\n\n${END}`))
  }

  it('makes readEventStream and readFrames throw REFUSED at once on Node, which sent Accept-Encoding: identity', async () => {
    await using server = await ScriptedServer.start(COMPRESSED)
    const { error } = await readWith(byNode, server.url)
    expect(error).toMatchObject({
      code: 'REFUSED',
      message: expect.stringMatching(/Content-Encoding gzip/),
    })
    expect(server.requests.map(({ headers }) => headers['accept-encoding'])).toEqual(['identity'])
    await expect(readFrames(server.url).next()).rejects.toMatchObject({ code: 'REFUSED' })
    expect(server.requests).toHaveLength(2)
  })

  it('is read by fetch, which removes the coding', async () => {
    await using server = await ScriptedServer.start(COMPRESSED)
    const { events, error } = await readWith(byFetch, server.url)
    expect(error).toBeUndefined()
    expect(events.map(({ data }) => data)).toEqual(['a'])
  })
})
