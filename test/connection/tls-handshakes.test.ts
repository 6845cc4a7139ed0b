import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import Fastify, { type FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import { ConnectionGuard } from '../../src/connection/connection-guard.js'
import { CONNECTION_LIMITS } from '../../src/connection/connection-limits.js'
import { serverWith } from '../fixture/application.js'
import { descriptorsBelow } from '../fixture/descriptors.js'
import { Folder } from '../fixture/files.js'
import { tls } from '../fixture/tls.js'

/** The first bytes of a TLS record that announces a ClientHello of 512 bytes. */
const HALF_HELLO = Buffer.from('1603010200010001fc0303', 'hex')

const ATTACKS: [string, (socket: Socket) => void][] = [
  ['send nothing', () => {}],
  ['send half a ClientHello', (socket) => socket.write(HALF_HELLO)],
  ['send a record of no known type', (socket) => socket.write(Buffer.alloc(64, 0xff))],
  ['speak HTTP', (socket) => socket.write('GET /f HTTP/1.1\r\nHost: localhost\r\n\r\n')],
  ['half-close at once', (socket) => socket.end()],
  ['half-close within a ClientHello', (socket) => socket.end(HALF_HELLO)],
]

async function settled(sockets: readonly Socket[]): Promise<void> {
  await Promise.all(sockets.map((socket) => (socket.closed ? undefined : once(socket, 'close'))))
}

/** Opens 30 connections that never finish a handshake. They keep their half open if the server closes. */
function attack(port: number, act: (socket: Socket) => void): Socket[] {
  return Array.from({ length: 30 }, () => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: false })
    socket.on('error', () => {}).resume()
    socket.once('connect', () => act(socket))
    return socket
  })
}

function openSockets(): number {
  return descriptorsBelow('socket:')
}

describe('TlsHandshakes', () => {
  it.each(ATTACKS)(
    'leaves no descriptor of 30 connections to the server that %s',
    async (_what, act) => {
      using folder = new Folder({ f: 'f' })
      await using server = await serverWith(
        { root: folder.path },
        { tls, limits: { handshakeTimeout: 200 } },
      )
      const before = openSockets()
      await settled(attack(server.port, act))
      await expect.poll(openSockets).toBe(before)
    },
  )

  it.each<[string, object]>([
    ['an HTTPS server', { https: tls }],
    [
      'an HTTP/2 server that also speaks HTTP/1.1',
      { http2: true, https: { ...tls, allowHTTP1: true } },
    ],
    ['an HTTP/2 server', { http2: true, https: tls }],
  ])('closes unfinished handshakes of an application with %s', async (_what, options) => {
    const app = Fastify(options) as unknown as FastifyInstance
    new ConnectionGuard(app, { ...CONNECTION_LIMITS, handshakeTimeout: 200 })
    await app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = app.server.address() as { port: number }
    const before = openSockets()
    for (const [, act] of ATTACKS) await settled(attack(port, act))
    await expect.poll(openSockets).toBe(before)
    await app.close()
  })

  it('tells a client the reason for a failed handshake in an alert', async () => {
    using folder = new Folder({ f: 'f' })
    await using server = await serverWith({ root: folder.path }, { tls })
    const options = { port: server.port, host: '127.0.0.1', maxVersion: 'TLSv1' } as const
    const old = connectTls({ ...options, minVersion: 'TLSv1', ciphers: 'ALL@SECLEVEL=0' })
    const [error] = await once(old, 'error').then(
      (values) => values,
      (reason) => [reason],
    )
    expect(error.code).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION')
  })

  it('keeps a connection whose handshake is complete open after the timeout', async () => {
    using folder = new Folder({ f: 'f' })
    const limits = { handshakeTimeout: 100 }
    await using server = await serverWith({ root: folder.path }, { tls, limits })
    const quick = connectTls({ port: server.port, host: '127.0.0.1', rejectUnauthorized: false })
    await once(quick, 'secureConnect')
    // This one began later: when its timer has run, that of the first would have run as well.
    await settled(attack(server.port, () => {}))
    quick.write('GET /f HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
    const chunks: Buffer[] = []
    for await (const chunk of quick) chunks.push(chunk)
    expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 200 /)
  })

  it('closes unfinished handshakes at once when the application closes', async () => {
    using folder = new Folder({ f: 'f' })
    const limits = { handshakeTimeout: 600_000 }
    const server = await serverWith({ root: folder.path, shutdownGrace: 600_000 }, { tls, limits })
    const sockets = [
      ...attack(server.port, () => {}),
      ...attack(server.port, (socket) => socket.write(HALF_HELLO)),
    ]
    let accepted = 0
    server.app.server.on('connection', () => {
      accepted += 1
    })
    await expect.poll(() => accepted).toBe(60)
    await server.app.close()
    await settled(sockets)
  })
})
