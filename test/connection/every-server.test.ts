import { once } from 'node:events'
import { type AddressInfo, connect, type Server } from 'node:net'
import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { forEveryServer } from '../../src/connection/every-server.js'

describe('forEveryServer', () => {
  it('visits the server of each address of localhost', async () => {
    const app = Fastify()
    const visited = new Set<Server>()
    const connected: Server[] = []
    forEveryServer(app, (server) => {
      visited.add(server)
      server.on('connection', () => connected.push(server))
    })
    await app.listen({ host: 'localhost', port: 0 })
    for (const { address: host, port } of app.addresses() as AddressInfo[]) {
      const socket = connect({ host, port })
      await once(socket, 'connect')
      socket.destroy()
    }
    await expect.poll(() => connected.length).toBe(app.addresses().length)
    expect(visited).toEqual(new Set(connected))
    await app.close()
  })
})
