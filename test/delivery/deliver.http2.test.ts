import { once } from 'node:events'
import { truncateSync } from 'node:fs'
import { type ClientHttp2Session, connect, constants, type ServerHttp2Stream } from 'node:http2'
import { request as httpsRequest } from 'node:https'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { LastbyteOptions } from '../../src/settings/options.js'
import { serverWith } from '../fixture/application.js'
import { descriptorsBelow } from '../fixture/descriptors.js'
import { FailingSource } from '../fixture/failing-source.js'
import { Folder, pattern } from '../fixture/files.js'
import { RawHttp2Client } from '../fixture/raw-http2.js'
import { tls } from '../fixture/tls.js'

const MIB = 1024 * 1024
const INTERNAL_ERROR = 2
const serve = (files: LastbyteOptions) => serverWith(files, { tls })

interface Http2Response {
  readonly status: number
  readonly fields: Record<string, unknown>
  readonly body: Buffer
}

async function fetchStream(
  session: ClientHttp2Session,
  fields: Record<string, string>,
): Promise<Http2Response> {
  const stream = session.request(fields)
  const [head] = await once(stream, 'response')
  const body: Buffer[] = []
  for await (const chunk of stream) body.push(chunk)
  return { status: head[':status'], fields: head, body: Buffer.concat(body) }
}

async function withSession(port: number, use: (session: ClientHttp2Session) => Promise<void>) {
  const session = connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false })
  try {
    await use(session)
  } finally {
    session.destroy()
  }
}

describe('Over HTTP/2', () => {
  it('the responses have the statuses, header fields and bytes of HTTP/1.1', async () => {
    using folder = new Folder({ 'f.txt': '0123456789', 'dir/x': 'x' })
    await using served = await serve({ root: folder.path })
    await withSession(served.port, async (session) => {
      const get = (path: string, fields = {}) => fetchStream(session, { ':path': path, ...fields })
      const whole = await get('/f.txt')
      expect(whole).toMatchObject({ status: 200, body: Buffer.from('0123456789') })
      const etag = String(whole.fields.etag)
      const slice = await get('/f.txt', { range: 'bytes=2-4', 'if-range': etag })
      expect(slice).toMatchObject({ status: 206, body: Buffer.from('234') })
      expect(slice.fields['content-range']).toBe('bytes 2-4/10')
      const many = await get('/f.txt', { range: 'bytes=0-0,-1' })
      expect(many.status).toBe(206)
      expect(many.body).toHaveLength(Number(many.fields['content-length']))
      expect((await get('/f.txt', { 'if-none-match': etag })).status).toBe(304)
      expect((await get('/f.txt', { 'if-match': '"other"' })).status).toBe(412)
      const unsatisfiable = await get('/f.txt', { range: 'bytes=10-' })
      expect(unsatisfiable.status).toBe(416)
      expect(unsatisfiable.fields['content-range']).toBe('bytes */10')
      const head = await get('/f.txt', { ':method': 'HEAD' })
      expect(head).toMatchObject({ status: 200, body: Buffer.alloc(0) })
      expect(head.fields['content-length']).toBe('10')
      expect((await get('/nope')).fields['content-type']).toBe('application/problem+json')
      expect((await get('/%ff')).status).toBe(400)
      expect((await get('/..%2fx')).status).toBe(400)
      expect((await get('/dir')).fields.location).toBe('/dir/')
      const post = await get('/f.txt', { ':method': 'POST' })
      expect(post).toMatchObject({ status: 405, fields: { allow: 'GET, HEAD, OPTIONS' } })
      expect((await get('/f.txt', { ':method': 'OPTIONS' })).status).toBe(204)
      expect((await get(`/${'a'.repeat(9000)}`)).status).toBe(414)
      expect((await get('/f.txt', { 'x-long': 'a'.repeat(17_000) })).status).toBe(431)
    })
  })

  it('the server accepts HTTP/1.1 on the same port', async () => {
    using folder = new Folder({ 'f.txt': '0123456789' })
    await using served = await serve({ root: folder.path })
    const options = {
      port: served.port,
      host: '127.0.0.1',
      path: '/f.txt',
      rejectUnauthorized: false,
    }
    const request = httpsRequest({ ...options, headers: { range: 'bytes=5-' } }).end()
    const [response] = await once(request, 'response')
    expect(response.httpVersion).toBe('1.1')
    expect(response.statusCode).toBe(206)
    expect(Buffer.concat(await response.toArray()).toString()).toBe('56789')
  })

  it.each([
    ['fails', { kind: 'fails', at: 700_000, error: new Error('EIO') } as const],
    ['ends early', { kind: 'ends', at: 700_000 } as const],
    ['hangs', { kind: 'hangs', at: 700_000 } as const],
  ])(
    'the stream is reset with INTERNAL_ERROR, without END_STREAM, where the source %s',
    async (_how, fate) => {
      const source = new FailingSource(MIB, fate)
      await using served = await serve({ source, sourceTimeout: 200 })
      using client = await RawHttp2Client.connect(served.port)
      const { data, endStream, reset } = await client.frames(client.request('/f'))
      expect({ endStream, reset, bytes: data.length }).toEqual({
        endStream: false,
        reset: INTERNAL_ERROR,
        bytes: 700_000,
      })
      expect(data.equals(pattern(700_000))).toBe(true)
      expect(await served.settled()).toMatchObject({ outcome: 'source-failed', bytes: 700_000 })
      await expect.poll(() => source.openCount).toBe(0)
    },
  )

  it('a failure before the first byte becomes an error status', async () => {
    const source = new FailingSource(MIB, { kind: 'fails', at: 0, error: new Error('EIO') })
    await using served = await serve({ source })
    await withSession(served.port, async (session) => {
      expect((await fetchStream(session, { ':path': '/f' })).status).toBe(500)
    })
  })

  it('other streams of the session continue when one is reset', async () => {
    using folder = new Folder({ broken: pattern(24 * MIB), whole: pattern(24 * MIB, 1) })
    await using served = await serve({ root: folder.path })
    using client = await RawHttp2Client.connect(served.port)
    const broken = client.request('/broken')
    const whole = client.request('/whole')
    await client.frames(broken, 1000)
    truncateSync(folder.at('broken'), MIB)
    const cut = await client.frames(broken)
    expect(cut).toMatchObject({ endStream: false, reset: INTERNAL_ERROR })
    expect(cut.data.equals(pattern(24 * MIB).subarray(0, cut.data.length))).toBe(true)
    const sibling = await client.frames(whole)
    expect(sibling).toMatchObject({ endStream: true, reset: undefined })
    expect(sibling.data.equals(pattern(24 * MIB, 1))).toBe(true)
    const later = await client.frames(client.request('/whole'), 1000)
    expect(later.data.length).toBeGreaterThanOrEqual(1000)
  })

  it('the source is closed when the client resets the stream, or closes the session', async () => {
    using folder = new Folder({ f: pattern(32 * MIB) })
    await using served = await serve({ root: folder.path })
    await withSession(served.port, async (session) => {
      const stream = session.request({ ':path': '/f' })
      await once(stream, 'response')
      stream.close(constants.NGHTTP2_CANCEL)
      expect(await served.settled(0)).toMatchObject({ outcome: 'client-gone' })
      await once(session.request({ ':path': '/f' }), 'response')
    })
    expect(await served.settled(1)).toMatchObject({ outcome: 'client-gone' })
    await expect.poll(() => descriptorsBelow(folder.path)).toBe(0)
  })

  it('a stream that the client does not read is reset, and its session continues', async () => {
    using folder = new Folder({ f: pattern(8 * MIB), small: 'small' })
    await using served = await serve({ root: folder.path, stallTimeout: 400 })
    await withSession(served.port, async (session) => {
      const stalled = session.request({ ':path': '/f' })
      stalled.on('error', () => {})
      await once(stalled, 'response')
      expect(await served.settled()).toMatchObject({ outcome: 'stalled' })
      expect((await fetchStream(session, { ':path': '/small' })).body.toString()).toBe('small')
    })
  })

  it('a connection whose client receives nothing is closed, since it can be told of no reset', async () => {
    using folder = new Folder({ big: pattern(24 * MIB) })
    await using served = await serve({ root: folder.path, stallTimeout: 500 })
    using client = await RawHttp2Client.connect(served.port)
    client.socket.pause()
    const { server } = served.app
    const asked = once(server, 'stream')
    client.request('/big')
    const [stream] = (await asked) as [ServerHttp2Stream & { timeout: number }]
    expect(await served.settled()).toMatchObject({ outcome: 'stalled' })
    expect(stream.timeout).toBe(60_000)
    stream.setTimeout(500)
    const connections = () => promisify(server.getConnections).call(server)
    await expect.poll(connections).toBe(0)
  })

  it('a server that closes resets the streams that still run after shutdownGrace', async () => {
    using folder = new Folder({ f: pattern(8 * MIB), small: 'small' })
    await using served = await serverWith({ root: folder.path, shutdownGrace: 300 }, { tls })
    await withSession(served.port, async (session) => {
      const stream = session.request({ ':path': '/f' })
      await once(stream, 'response')
      const failed = once(stream, 'error')
      const closed = served.app.close()
      const record = await served.settled()
      expect(record).toMatchObject({ outcome: 'shutdown' })
      stream.resume()
      const [error] = await failed
      expect(error.message).toMatch(/INTERNAL_ERROR/)
      await closed
    })
  })
})
