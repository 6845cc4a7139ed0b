import { once } from 'node:events'
import { connect as connectHttp2 } from 'node:http2'
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import type { HostileRequest, Http2Request, Leaving, RawRequest } from './hostile-request.js'
import type { Ports } from './soak-server.js'

/** ms without a byte after which a client leaves, and ms that it stays at most. */
const SILENCE = 160
const LONGEST = 500

/** The statuses of the responses that are known to belong to a request, with its target. */
export interface Received {
  readonly target: string
  readonly status: number
}

const TLS = { host: '127.0.0.1', rejectUnauthorized: false } as const

/** Sends a hostile request, and resolves when its connection is closed. Never rejects. */
export async function sendHostile(request: HostileRequest, ports: Ports): Promise<Received[]> {
  if (request.kind === 'http2') return sendStreams(request, ports)
  if (request.kind === 'raw') return sendBytes(request, ports)
  const socket = connectTls({ ...TLS, port: ports.secure, ALPNProtocols: ['h2'] })
  await sendPieces(socket, request.bytes, [], { how: 'read', after: 100_000 })
  return []
}

async function sendBytes(
  { secure, bytes, pieces, leaving, target }: RawRequest,
  ports: Ports,
): Promise<Received[]> {
  const socket = secure
    ? connectTls({ ...TLS, port: ports.secure })
    : connect({ host: '127.0.0.1', port: ports.plain })
  const received = await sendPieces(socket, bytes, pieces, leaving)
  const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(received) ?? []
  return status === undefined || target === undefined ? [] : [{ target, status: Number(status) }]
}

/** Resolves to the first bytes of what was received, in Latin-1. */
async function sendPieces(
  socket: Socket,
  bytes: string,
  pieces: readonly number[],
  { how, after }: Leaving,
): Promise<string> {
  let head = ''
  let length = 0
  const leave = () => {
    // Node can reset TCP connections only.
    if (how === 'reset' && !('encrypted' in socket)) socket.resetAndDestroy()
    else if (how === 'end') socket.end()
    else socket.destroy()
  }
  const isClosed = new Promise<void>((resolve) => void socket.once('close', () => resolve()))
  const longest = setTimeout(() => socket.destroy(), LONGEST)
  socket.setTimeout(SILENCE, () => socket.destroy())
  socket.on('error', () => {})
  socket.on('data', (chunk: Buffer) => {
    head += chunk.toString('latin1', 0, Math.max(0, 20 - head.length))
    length += chunk.length
    if (length >= after) leave()
  })
  let at = 0
  for (const piece of pieces) {
    socket.write(bytes.slice(at, at + piece), 'latin1')
    at += piece
    await pause(5)
  }
  socket.write(bytes.slice(at), 'latin1', () => {
    if (after === 0) leave()
  })
  await isClosed
  clearTimeout(longest)
  return head
}

async function sendStreams({ streams, leaving }: Http2Request, ports: Ports): Promise<Received[]> {
  const received: Received[] = []
  const session = connectHttp2(`https://127.0.0.1:${ports.secure}`, TLS)
  session.on('error', () => {})
  const isClosed = new Promise<void>((resolve) => void session.once('close', () => resolve()))
  const longest = setTimeout(() => session.destroy(), LONGEST)
  session.setTimeout(SILENCE, () => session.destroy())
  const ends = streams.map(async ({ fields, reset }) => {
    const stream = session.request(fields)
    let length = 0
    stream.on('error', () => {})
    stream.on('response', (head) => {
      received.push({ target: fields[':path'] ?? '', status: Number(head[':status']) })
    })
    stream.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (reset !== undefined && length >= reset.after) stream.close(reset.code)
      if (length >= leaving.after && leaving.how !== 'read') session.destroy()
    })
    if (reset?.after === 0) stream.close(reset.code)
    await once(stream, 'close').catch(() => {})
  })
  await Promise.race([Promise.all(ends), isClosed])
  session.destroy()
  await isClosed
  clearTimeout(longest)
  return received
}
