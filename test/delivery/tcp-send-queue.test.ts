import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { ConnectionTables, readSendQueues, sendQueueOf } from '../../src/delivery/tcp-send-queue.js'

const tables = new ConnectionTables()

describe('sendQueueOf', () => {
  it.runIf(process.platform === 'linux').each([
    ['127.0.0.1', '127.0.0.1'],
    ['::', '127.0.0.1'],
    ['::1', '::1'],
  ])(
    'returns the unacknowledged bytes of a connection to a server on %s from %s',
    async (host, from) => {
      const server = net.createServer().listen(0, host)
      await once(server, 'listening')
      const client = net.connect((server.address() as AddressInfo).port, from)
      const [socket] = await once(server, 'connection')
      client.pause()
      const peer = { ...endsOf(socket), shared: false }
      expect(sendQueueOf(peer, await readSendQueues())).toBe(0)
      expect(await tables.queueOf(peer)).toBe(0)
      // A question that is asked during a reading gets what is true after it.
      const earlier = tables.queueOf(peer)
      socket.write(Buffer.alloc(16 * 1024 * 1024))
      const later = await Promise.all(Array.from({ length: 50 }, () => tables.queueOf(peer)))
      expect(Math.min(...later.map((bytes) => bytes ?? 0))).toBeGreaterThan(0)
      await earlier
      await expect.poll(async () => sendQueueOf(peer, await readSendQueues())).toBeGreaterThan(0)
      expect(await tables.queueOf(peer)).toBeGreaterThan(0)
      client.destroy()
      socket.destroy()
      server.close()
    },
  )

  it('returns undefined for a connection that does not exist', async () => {
    const peer = {
      localAddress: '127.0.0.1',
      localPort: 1,
      remoteAddress: '127.0.0.1',
      remotePort: 1,
      shared: false,
    }
    expect(sendQueueOf(peer, await readSendQueues())).toBeUndefined()
    expect(sendQueueOf({ shared: false }, await readSendQueues())).toBeUndefined()
    expect(await tables.queueOf(peer)).toBeUndefined()
    expect(await tables.queueOf({ shared: false })).toBeUndefined()
  })
})

function endsOf({ localAddress, localPort, remoteAddress, remotePort }: net.Socket) {
  return { localAddress, localPort, remoteAddress, remotePort }
}
