import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import Fastify, { type FastifyInstance } from 'fastify'
import { describe, it } from 'vitest'
import { ConnectionGuard } from '../../src/connection/connection-guard.js'
import { CONNECTION_LIMITS } from '../../src/connection/connection-limits.js'
import { tls } from '../fixture/tls.js'

describe('ConnectionGuard', () => {
  it('closes unfinished handshakes of every address of localhost', async () => {
    const app = Fastify({ https: tls }) as unknown as FastifyInstance
    new ConnectionGuard(app, { ...CONNECTION_LIMITS, handshakeTimeout: 200 })
    await app.listen({ host: 'localhost', port: 0 })
    for (const { address: host, port } of app.addresses() as AddressInfo[]) {
      const socket = connect({ host, port }).resume()
      await once(socket, 'close')
    }
    await app.close()
  })

  it('lets a handshake that has begun end while the server closes', async () => {
    const app = Fastify({ https: tls }) as unknown as FastifyInstance
    new ConnectionGuard(app, CONNECTION_LIMITS, undefined, 10_000)
    app.get('/', async () => 'hello')
    await app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = app.server.address() as AddressInfo
    const accepted = once(app.server, 'connection')
    const tcp = connect(port, '127.0.0.1')
    await accepted
    const closed = app.close()
    const socket = connectTls({ socket: tcp, rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    socket.destroy()
    await closed
  })
})
