import { once } from 'node:events'
import { connect } from 'node:net'
import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { UnansweredRequests } from '../../src/connection/unanswered-requests.js'
import { Connections } from '../../src/server/connections.js'
import { RawClient } from '../fixture/raw-http.js'

async function serving(newcomerGrace?: number) {
  const app = Fastify()
  const unanswered = new UnansweredRequests()
  unanswered.watch(app.server)
  const connections = new Connections(app, unanswered, newcomerGrace)
  const sockets: object[] = []
  app.server.on('connection', (socket) => sockets.push(socket))
  const releases: (() => void)[] = []
  app.get('/', async () => {
    await new Promise<void>((release) => releases.push(release))
    return 'done'
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as { port: number }
  return {
    app,
    connections,
    sockets,
    releases,
    port,
    async [Symbol.asyncDispose]() {
      app.server.closeAllConnections()
      await app.close()
    },
  }
}

describe('Connections', () => {
  it('reports a connection as responding until its response has ended', async () => {
    await using server = await serving()
    using client = new RawClient(server.port)
    client.request('/')
    await expect.poll(() => server.releases).toHaveLength(1)
    const [socket] = server.sockets as [object]
    expect(server.connections.isResponding(socket)).toBe(true)
    server.releases[0]?.()
    await client.response()
    await expect.poll(() => server.connections.isResponding(socket)).toBe(false)
  })

  it('reports a connection as responding until all pipelined responses have ended', async () => {
    await using server = await serving()
    using client = new RawClient(server.port)
    client.request('/')
    client.request('/')
    await expect.poll(() => server.releases).toHaveLength(2)
    const [socket] = server.sockets as [object]
    server.releases[0]?.()
    await client.response()
    expect(server.connections.isResponding(socket)).toBe(true)
    server.releases[1]?.()
  })

  it('closes connections without a request at once, and the others after the grace', async () => {
    await using server = await serving()
    const silent = connect(server.port, '127.0.0.1')
    await once(silent, 'connect')
    using client = new RawClient(server.port)
    client.request('/')
    await expect.poll(() => server.releases).toHaveLength(1)
    await expect.poll(() => server.sockets).toHaveLength(2)
    server.connections.drain(20)
    await once(silent.resume(), 'close')
    expect(client.socket.destroyed).toBe(false)
    await client.closed()
  })

  it('leaves a newcomer the time for its first request, and closes it where none comes', async () => {
    await using server = await serving(300)
    const silent = connect(server.port, '127.0.0.1')
    using newcomer = new RawClient(server.port)
    await expect.poll(() => server.sockets).toHaveLength(2)
    const closed = once(silent.resume(), 'close')
    server.connections.drain(20_000)
    newcomer.request('/')
    await expect.poll(() => server.releases).toHaveLength(1)
    await closed
    server.releases[0]?.()
    expect((await newcomer.response()).status).toBe(200)
  })

  it('closes at once a connection that has been silent for longer than newcomers may be', async () => {
    await using server = await serving(50)
    const silent = connect(server.port, '127.0.0.1')
    const accepted = new Promise((resolve) => server.app.server.once('connection', resolve))
    await accepted
    const acceptedAt = performance.now()
    await expect.poll(() => performance.now() - acceptedAt > 60).toBe(true)
    server.connections.drain(20_000)
    expect((server.sockets[0] as { destroyed: boolean }).destroyed).toBe(true)
    await once(silent.resume(), 'close')
  })
})
