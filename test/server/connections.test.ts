import { once } from 'node:events'
import { connect } from 'node:net'
import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { Connections } from '../../src/server/connections.js'
import { RawClient } from '../fixture/raw-http.js'

async function serving() {
  const app = Fastify()
  const connections = new Connections(app)
  const sockets: object[] = []
  app.server.on('connection', (socket) => sockets.push(socket))
  const held: (() => void)[] = []
  app.get('/', async () => {
    await new Promise<void>((release) => held.push(release))
    return 'done'
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as { port: number }
  return {
    app,
    connections,
    sockets,
    held,
    port,
    async [Symbol.asyncDispose]() {
      app.server.closeAllConnections()
      await app.close()
    },
  }
}

describe('Connections', () => {
  it('knows on which connection a response is being sent', async () => {
    await using server = await serving()
    using client = new RawClient(server.port)
    client.request('/')
    await expect.poll(() => server.held).toHaveLength(1)
    const [socket] = server.sockets as [object]
    expect(server.connections.isResponding(socket)).toBe(true)
    server.held[0]?.()
    await client.response()
    await expect.poll(() => server.connections.isResponding(socket)).toBe(false)
  })

  it('counts pipelined requests', async () => {
    await using server = await serving()
    using client = new RawClient(server.port)
    client.request('/')
    client.request('/')
    await expect.poll(() => server.held).toHaveLength(2)
    const [socket] = server.sockets as [object]
    server.held[0]?.()
    await client.response()
    expect(server.connections.isResponding(socket)).toBe(true)
    server.held[1]?.()
  })

  it('closes at once a connection that never sent a request, and the others after the grace', async () => {
    await using server = await serving()
    const silent = connect(server.port, '127.0.0.1')
    await once(silent, 'connect')
    using client = new RawClient(server.port)
    client.request('/')
    await expect.poll(() => server.held).toHaveLength(1)
    await expect.poll(() => server.sockets).toHaveLength(2)
    server.connections.drain(20)
    await once(silent.resume(), 'close')
    expect(client.socket.destroyed).toBe(false)
    await client.closed()
  })
})
