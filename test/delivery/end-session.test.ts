import { once } from 'node:events'
import { createSecureServer, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { endSession } from '../../src/delivery/end-session.js'
import { pattern } from '../fixture/files.js'
import { RawHttp2Client } from '../fixture/raw-http2.js'
import { tls } from '../fixture/tls.js'

/** More than the buffers of both kernels hold. */
const CONTENT = pattern(24 * 1024 * 1024)
const CODE = 11

const server = createSecureServer(tls)
const streams: ServerHttp2Stream[] = []

beforeAll(async () => {
  server.on('stream', (stream) => {
    streams.push(stream)
    stream.on('error', () => {})
    stream.respond({ ':status': 200 })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
})
afterAll(() => void server.close())

/** A client, and the server's side of a stream that it has opened. */
async function opened() {
  const client = await RawHttp2Client.connect((server.address() as AddressInfo).port)
  const asked = once(server, 'stream')
  const identifier = client.request('/')
  const [stream] = (await asked) as [ServerHttp2Stream]
  const end = () => {
    if (stream.session) endSession(stream.session, CODE, identifier)
  }
  return { client, stream, identifier, end }
}

describe('endSession', () => {
  it.each<[string, (end: () => void) => void]>([
    ['at once', (end) => end()],
    ['in a microtask', (end) => queueMicrotask(end)],
    ['in the phase of setImmediate', (end) => setImmediate(end)],
    ['in a microtask of that phase', (end) => setImmediate(() => queueMicrotask(end))],
    ['in a timer', (end) => setTimeout(end)],
  ])('sends GOAWAY %s, and closes the connection', async (_when, call) => {
    const { client, identifier, end } = await opened()
    using _client = client
    call(end)
    await client.closed()
    expect(client.goaway).toEqual({ lastStream: identifier, code: CODE })
  })

  it('ends a connection once, whichever of its streams asks for it', async () => {
    const { client, stream, identifier, end } = await opened()
    using _client = client
    const listeners = () => stream.session?.socket.listenerCount('close') ?? 0
    end()
    const before = listeners()
    for (let nth = 0; nth < 20; nth += 1) end()
    expect(listeners()).toBe(before)
    await client.closed()
    expect(client.goaway).toEqual({ lastStream: identifier, code: CODE })
  })

  it('sends GOAWAY after bytes that the client has not received yet', async () => {
    const { client, stream, identifier, end } = await opened()
    using _client = client
    client.socket.pause()
    stream.write(CONTENT)
    await expect.poll(() => stream.session?.socket.bytesWritten ?? 0).toBeGreaterThan(100_000)
    end()
    client.socket.resume()
    const { data } = await client.frames(identifier)
    await client.closed()
    expect(data.length).toBe(CONTENT.length)
    expect(data.equals(CONTENT)).toBe(true)
    expect(client.goaway).toEqual({ lastStream: identifier, code: CODE })
  })

  it('sends GOAWAY after a write has been accepted, whenever that is', async () => {
    const { client, stream, identifier, end } = await opened()
    using _client = client
    stream.write(CONTENT, end)
    const { data } = await client.frames(identifier)
    await client.closed()
    expect(data.length).toBe(CONTENT.length)
    expect(data.equals(CONTENT)).toBe(true)
    expect(client.goaway).toEqual({ lastStream: identifier, code: CODE })
  })
})
