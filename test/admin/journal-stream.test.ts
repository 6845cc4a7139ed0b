import type { Socket } from 'node:net'
import Fastify, { type FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import { faultRoutes } from '../../src/admin/fault-routes.js'
import { createFaults } from '../../src/fault/create-faults.js'
import { FaultLayer } from '../../src/fault/fault-layer.js'
import { serverWith } from '../fixture/application.js'
import { LiveEvents, type RawEvents } from '../fixture/event-client.js'
import { settleEntries } from '../fixture/journal-entries.js'

const JOURNAL = '/-/faults/journal'
/** Entries that a journal keeps. */
const KEPT = 10_000
/** Characters that make the path of an entry large. */
const PADDING = 8000

interface Watched extends AsyncDisposable {
  readonly app: FastifyInstance
  readonly layer: FaultLayer
  readonly port: number
  /** The server's end of each connection, in the order in which they were accepted. */
  readonly sockets: Socket[]
  /** The lines of the log about transfers. */
  readonly log: { readonly msg: string }[]
}

async function watched(options: { heartbeat?: number } = {}): Promise<Watched> {
  const lines: { readonly msg: string }[] = []
  const stream = { write: (line: string) => void lines.push(JSON.parse(line)) }
  const app = Fastify({ logger: { stream } })
  const layer = new FaultLayer(9)
  const sockets: Socket[] = []
  app.server.on('connection', (socket) => sockets.push(socket))
  await faultRoutes(app, layer, { token: 'secret', access: 'local', ...options })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as { port: number }
  return {
    app,
    layer,
    port,
    sockets,
    get log() {
      return lines.filter(({ msg }) => msg === 'transfer')
    },
    [Symbol.asyncDispose]: () => app.close(),
  }
}

/** Settles large entries until bytes wait in this process; returns the number of entries. */
async function fillSocket(layer: FaultLayer, socket: Socket | undefined): Promise<number> {
  for (let n = 0; ; n += 1) {
    if (socket === undefined || socket.writableLength > 0 || n === KEPT) return n
    await settleEntries(layer, [n, n + 1], PADDING)
    await new Promise(setImmediate)
  }
}

/** The numbers in the paths of the received entries. */
const numbers = ({ events }: RawEvents) =>
  events
    .filter(({ event }) => event === undefined)
    .map(({ data }) => Number.parseInt(JSON.parse(data).path.slice(1), 10))

const sequence = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => from + index)

describe('the live journal of the faults', () => {
  it('begins with the retry time and the seed, and has an id and one line of JSON for each entry', async () => {
    await using server = await watched()
    await settleEntries(server.layer, [0, 2])
    using events = new LiveEvents(server.port, JOURNAL)
    const { text } = await events.until(({ events }) => events.length === 2)
    const blocks = text.split('\n\n')
    expect(blocks[0]?.split('\n').sort()).toEqual([': seed 9', 'retry: 1000'])
    for (const [index, entry] of server.layer.journal().entries()) {
      const [id, data] = blocks[index + 1]?.split('\n') ?? []
      expect(id).toMatch(new RegExp(`^id: [0-9a-f]{8}\\.${index + 1}$`))
      expect(data).toBe(`data: ${JSON.stringify(entry)}`)
    }
  })

  it('sends every entry in order to a watcher that reads while thousands arrive', async () => {
    await using server = await watched()
    using events = new LiveEvents(server.port, JOURNAL)
    for (let n = 0; n < 3000; n += 100) {
      await settleEntries(server.layer, [n, n + 100], 1000)
      await new Promise(setImmediate)
    }
    await settleEntries(server.layer, [3000, 3001])
    await events.client.until(JSON.stringify(server.layer.journal()).length)
    const received = await events.until(({ text }) => text.includes('"/3000?"'))
    expect(numbers(received)).toEqual(sequence(0, 3001))
  })

  it('sends the entries of one rule alone for ?rule=', async () => {
    await using server = await watched()
    await settleEntries(server.layer, [0, 3])
    using none = new LiveEvents(server.port, `${JOURNAL}?rule=other`)
    await none.until(({ text }) => text.includes('seed'))
    using all = new LiveEvents(server.port, JOURNAL)
    await all.until(({ events }) => events.length === 3)
    expect(none.now.events).toEqual([])
  })

  it('buffers no more than a chunk for a watcher that reads nothing, and other requests go on', async () => {
    await using server = await watched()
    using events = new LiveEvents(server.port, JOURNAL)
    await events.until(({ text }) => text.includes('seed'))
    events.client.socket.pause()
    const [socket] = server.sockets
    const filled = await fillSocket(server.layer, socket)
    let most = 0
    for (let n = filled; n < filled + 3000; n += 100) {
      await settleEntries(server.layer, [n, n + 100], PADDING)
      await new Promise(setImmediate)
      most = Math.max(most, socket?.writableLength ?? 0)
    }
    expect(most).toBeGreaterThan(0)
    expect(most).toBeLessThan(64 * 1024)
    const response = await fetch(`http://127.0.0.1:${server.port}/-/faults`)
    expect(await response.json()).toEqual({ seed: 9, rules: [] })
  })

  it('ends with an error event that counts the missed entries; a reconnect continues with the kept ones', async () => {
    await using server = await watched()
    using events = new LiveEvents(server.port, JOURNAL)
    await events.until(({ text }) => text.includes('seed'))
    events.client.socket.pause()
    const filled = await fillSocket(server.layer, server.sockets[0])
    const total = filled + KEPT + 500
    await settleEntries(server.layer, [filled, total])
    events.client.socket.resume()
    const received = await events.closed()
    const sent = numbers(received)
    expect(received.whole).toBe(true)
    expect(sent).toEqual(sequence(0, sent.length))
    const last = received.events.at(-1)
    expect(last).toMatchObject({ event: 'error' })
    expect(last?.id).toBeUndefined()
    const oldest = total - KEPT
    expect(JSON.parse(last?.data ?? '')).toMatchObject({
      type: 'watcher_too_slow',
      code: 503,
      retryable: true,
      message: expect.stringContaining(`missed ${oldest - sent.length} journal entries`),
    })
    expect(server.log).toMatchObject([
      { level: 40, path: JOURNAL, outcome: 'source-failed', error: { code: 'STREAM_FAILED' } },
    ])

    const lastEventId = received.events.at(-2)?.id ?? ''
    using again = new LiveEvents(server.port, JOURNAL, { 'Last-Event-ID': lastEventId })
    await again.client.until(JSON.stringify(server.layer.journal()).length)
    const rest = await again.until(({ text }) => text.includes(`"/${total - 1}?"`))
    expect(numbers(rest)).toEqual(sequence(oldest, total))
  })

  it('continues after Last-Event-ID, and starts over for an id of another process', async () => {
    await using server = await watched()
    await settleEntries(server.layer, [0, 5])
    using events = new LiveEvents(server.port, JOURNAL)
    const { events: all } = await events.until(({ events }) => events.length === 5)
    const received = async (id: string, count: number) => {
      using reconnected = new LiveEvents(server.port, JOURNAL, { 'Last-Event-ID': id })
      return numbers(await reconnected.until(({ events }) => events.length >= count))
    }
    expect(await received(all[2]?.id ?? '', 2)).toEqual([3, 4])
    expect(await received('00000000.3', 5)).toEqual([0, 1, 2, 3, 4])
    expect(await received('anything', 5)).toEqual([0, 1, 2, 3, 4])
  })

  it('sends a comment as a heartbeat while nothing settles', async () => {
    await using server = await watched({ heartbeat: 20 })
    using events = new LiveEvents(server.port, JOURNAL)
    const { text } = await events.until(({ text }) => text.endsWith('\n\n:\n\n:\n\n'))
    expect(text).toMatch(/seed 9/)
  })

  it('ends at once with an error event that a client may retry when the server closes', async () => {
    const server = await watched()
    using events = new LiveEvents(server.port, JOURNAL)
    await events.until(({ text }) => text.includes('seed'))
    const closed = events.closed()
    await server.app.close()
    const { events: received, whole } = await closed
    expect(whole).toBe(true)
    expect(JSON.parse(received.at(-1)?.data ?? '')).toMatchObject({
      type: 'shutdown',
      retryable: true,
    })
  })

  it('responds to HEAD with the header fields of the stream, without a body', async () => {
    await using server = await watched()
    const headers = { accept: 'text/event-stream' }
    const url = `http://127.0.0.1:${server.port}${JOURNAL}`
    const response = await fetch(url, { method: 'HEAD', headers })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  it('is no transfer of the application: no metric and no line in the log', async () => {
    const layer = createFaults({ seed: 1 })
    await using application = await serverWith({ root: 'media', faults: layer }, {}, (app) =>
      faultRoutes(app, layer, { token: 'secret', access: 'local' }),
    )
    const { transfers } = application.app
    {
      using events = new LiveEvents(application.port, JOURNAL)
      await events.until(({ text }) => text.includes('seed'))
      expect(transfers.running.size).toBe(0)
    }
    const response = await fetch(`${application.url}/clip.mp4`, { headers: { range: 'bytes=0-9' } })
    await response.arrayBuffer()
    await application.app.close()
    const path = '/clip.mp4'
    expect(application.records).toMatchObject([{ path }])
    expect(application.log.filter(({ msg }) => msg === 'transfer')).toMatchObject([{ path }])
  })
})
