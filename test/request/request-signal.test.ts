import { once } from 'node:events'
import http2 from 'node:http2'
import { describe, expect, it } from 'vitest'
import { untilAborted } from '../../src/async/delay.js'
import type { ByteSource, Opened } from '../../src/source/byte-source.js'
import { serverWith } from '../fixture/application.js'
import { RawClient } from '../fixture/raw-http.js'
import { tls as TLS } from '../fixture/tls.js'

/** What the source does not finish until its signal is aborted. */
type Waits = 'open' | 'list' | 'read'

/** A source of one file and of one folder, which counts the operations that wait and those that were aborted. */
class WaitingSource implements ByteSource {
  waiting = 0
  ended = 0

  constructor(private readonly waits: Waits) {}

  async open(key: string, _request: unknown, signal: AbortSignal): Promise<Opened> {
    if (this.waits === 'open') await this.#wait(signal)
    if (key !== 'f.mp4') return { kind: key === '' ? 'directory' : 'absent' }
    const facts = { name: 'f.mp4', contentType: 'video/mp4', size: 10, etag: '"v"' }
    const wait = (reading: AbortSignal) => this.#wait(reading)
    const read = async function* (_slice: unknown, reading: AbortSignal) {
      yield await wait(reading)
    }
    return { kind: 'representation', representation: { facts, read, close: async () => {} } }
  }

  list(_key: string, signal: AbortSignal): Promise<never> {
    return this.#wait(signal)
  }

  async #wait(signal: AbortSignal): Promise<never> {
    this.waiting += 1
    try {
      return await untilAborted(signal)
    } finally {
      this.ended += 1
    }
  }
}

interface Row {
  readonly method?: string
  readonly path: string
  readonly fields?: Record<string, string>
  readonly waits: Waits
}

const ROWS: readonly Row[] = [
  { path: `/-/watch/f.mp4`, waits: 'open' },
  { path: `/-/watch/f.mp4`, waits: 'list' },
  { method: 'HEAD', path: `/-/watch/f.mp4`, waits: 'list' },
  { path: '/', waits: 'list' },
  { method: 'HEAD', path: '/', waits: 'list' },
  { path: '/?format=json', waits: 'list' },
  { path: '/f.mp4', waits: 'open' },
  { path: '/f.mp4', waits: 'read' },
  { path: '/f.mp4', fields: { Accept: 'text/event-stream' }, waits: 'read' },
  { method: 'HEAD', path: '/f.mp4', fields: { 'Want-Repr-Digest': 'sha-256=9' }, waits: 'read' },
  { path: '/f.mp4', fields: { 'Want-Digest': 'sha-256' }, waits: 'read' },
  { method: 'DELETE', path: '/f.mp4', waits: 'open' },
  { method: 'POST', path: '/f.mp4', waits: 'open' },
]
const TABLE = ROWS.map((row) => {
  const { method = 'GET', path, fields = {}, waits } = row
  const named = Object.keys(fields).map((name) => ` with ${name}`)
  return { ...row, what: `${waits} for ${method} ${path}${named.join('')}` }
})

function served(source: ByteSource, tls?: typeof TLS) {
  const options = tls === undefined ? {} : { tls }
  return serverWith({ source, list: true, pages: true }, options)
}

describe('Work of the source ends when the client has left', () => {
  it.each(TABLE)('$what, HTTP/1.1', async ({ method, path, fields, waits }) => {
    const source = new WaitingSource(waits)
    await using application = await served(source)
    using client = new RawClient(application.port)
    client.request(path, fields, method)
    await expect.poll(() => source.waiting).toBe(1)
    expect(source.ended).toBe(0)
    client.socket.destroy()
    await expect.poll(() => source.ended).toBe(1)
    const levels = application.log.map(({ level }) => Number(level))
    expect(Math.max(...levels)).toBeLessThan(50)
  })

  it.each(TABLE)('$what, HTTP/1.1 behind a pipelined request', async (row) => {
    const source = new WaitingSource(row.waits)
    await using application = await served(source)
    using client = new RawClient(application.port)
    client.request(row.path, row.fields, row.method)
    client.request(row.path, row.fields, row.method)
    // Requests for the same digest share one computation.
    const shares = row.path === '/f.mp4' && row.fields !== undefined && !('Accept' in row.fields)
    const count = shares ? 1 : 2
    await expect.poll(() => source.waiting).toBe(count)
    client.socket.destroy()
    await expect.poll(() => source.ended).toBe(count)
  })

  it.each(TABLE)('$what, HTTP/2', async ({ method = 'GET', path, fields, waits }) => {
    const source = new WaitingSource(waits)
    await using application = await served(source, TLS)
    const url = `https://127.0.0.1:${application.port}`
    const session = http2.connect(url, { rejectUnauthorized: false })
    const stream = session.request({ ':method': method, ':path': path, ...fields })
    stream.on('error', () => {})
    await expect.poll(() => source.waiting).toBe(1)
    stream.close(http2.constants.NGHTTP2_CANCEL)
    await expect.poll(() => source.ended).toBe(1)
    session.destroy()
    await once(session, 'close')
  })
})
