import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { Agent, type ClientRequest } from 'node:http'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { Readable, Writable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { sendNodeRequest } from '../../src/transport/node-request.js'
import { sendBody } from '../../src/transport/upload.js'
import { ScriptedServer } from '../fixture/scripted-server.js'

const MIB = 1024 * 1024
const TIME_WAIT = '06'

/** Number of ends of the connection between two local ports that the kernel keeps open, by /proc/net/tcp. */
function openEnds(ports: readonly [number, number]): number {
  const [client, server] = ports.map((port) => port.toString(16).toUpperCase().padStart(4, '0'))
  const ends = new Set([`${client} ${server}`, `${server} ${client}`])
  return readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local = '', remote = '']) => ends.has(`${local.slice(-4)} ${remote.slice(-4)}`))
    .filter(([, , , state]) => state !== TIME_WAIT).length
}

/** A server that reads nothing from its connections, and a request to it whose body waits. */
async function unreadUpload(bytes: number) {
  const sockets: Socket[] = []
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    sockets.push(socket.on('error', () => {}))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const agent = new Agent()
  const stop = new AbortController()
  const body = new Readable({ read() {} })
  let read = 0
  const sending = sendNodeRequest({
    agent,
    url: new URL(`http://127.0.0.1:${port}/`),
    method: 'PUT',
    fields: { 'transfer-encoding': 'chunked' },
    body,
    onBodyChunk: () => {
      read += 1
    },
    signal: stop.signal,
  })
  sending.catch(() => {})
  for (let at = 0; at < bytes; at += 64 * 1024) body.push(Buffer.alloc(64 * 1024))
  await expect.poll(() => sockets.length).toBe(1)
  await expect.poll(() => read).toBe(bytes / 64 / 1024)
  return {
    ports: [Number(sockets[0]?.remotePort), port] as const,
    body,
    stop,
    sending,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      agent.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

type Upload = Awaited<ReturnType<typeof unreadUpload>>

const ENDS: [string, (upload: Upload) => void][] = [
  ['the signal is aborted', ({ stop }) => stop.abort()],
  ['the body fails', ({ body }) => body.destroy(new Error('gone'))],
  ['the body is closed before its end', ({ body }) => body.destroy()],
  [
    'the signal is aborted after the whole body',
    ({ body, stop }) => {
      body.push(null)
      setTimeout(() => stop.abort(), 50)
    },
  ],
]

describe.skipIf(process.platform !== 'linux')('a server that does not read an upload', () => {
  it.each(ENDS)('learns of its end within a second where %s', async (_how, end) => {
    for (const bytes of [64 * 1024, MIB, 3 * MIB]) {
      await using upload = await unreadUpload(bytes)
      expect(openEnds(upload.ports)).toBe(2)
      end(upload)
      await expect(upload.sending).rejects.toThrow()
      await expect.poll(() => openEnds(upload.ports), { timeout: 1_000, interval: 10 }).toBe(0)
    }
  })
})

it('an abort after the response resets no connection that the next request uses', async () => {
  await using server = await ScriptedServer.start((request, response) => {
    request.on('end', () => response.setHeader('content-length', 0).end()).resume()
  })
  const agent = new Agent({ keepAlive: true })
  const send = async (signal: AbortSignal) => {
    const response = await sendNodeRequest({
      agent,
      url: new URL(server.url),
      method: 'PUT',
      fields: { 'content-length': 2 },
      body: Readable.from([Buffer.from('ok')]),
      signal,
    })
    expect((await response.body.next()).done).toBe(true)
    await turn()
    return response.status
  }
  const stop = new AbortController()
  expect(await send(stop.signal)).toBe(200)
  const second = send(new AbortController().signal)
  stop.abort()
  expect(await second).toBe(200)
  expect(server.requests[1]?.socket).toBe(server.requests[0]?.socket)
  agent.destroy()
})

it('reads a MiB of a body for a server that reads nothing, to notice that its client has left', async () => {
  let bytes = 0
  const body = new Readable({ read() {} }).on('data', (chunk: Buffer) => {
    bytes += chunk.length
  })
  for (let at = 0; at < 2 * MIB; at += 64 * 1024) body.push(Buffer.alloc(64 * 1024))
  const unread = new Writable({ write() {} })
  sendBody(body, unread as ClientRequest, () => {})
  await expect.poll(() => body.isPaused()).toBe(true)
  expect(bytes).toBe(MIB)
})
