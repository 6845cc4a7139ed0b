import { describe, expect, it } from 'vitest'
import { acknowledgedBytes } from '../../src/delivery/acknowledged-bytes.js'
import { unacknowledgedBytes } from '../../src/delivery/socket-descriptor.js'
import { ConnectionTables } from '../../src/delivery/tcp-send-queue.js'
import { loadBindings } from '../../src/native/bindings.js'
import { httpExchange } from '../fixture/http-exchange.js'

const isLinux = process.platform === 'linux'
const capability = loadBindings()
const calls = capability.kind === 'native' ? capability.calls : undefined
const tables = new ConnectionTables()
/** No system call tells. */
const UNTOLD = { queued: () => undefined }

async function peerOf(exchange: Awaited<ReturnType<typeof httpExchange>>) {
  const { localAddress, localPort, remoteAddress, remotePort } = exchange.request.socket
  return { localAddress, localPort, remoteAddress, remotePort, shared: false }
}

describe('acknowledgedBytes', () => {
  it.runIf(isLinux)(
    'returns all written bytes once the client’s kernel has acknowledged them',
    async () => {
      await using exchange = await httpExchange()
      const peer = await peerOf(exchange)
      exchange.response.write('x'.repeat(1000))
      await exchange.client.until(1000)
      const end = { peer, written: 1000, framing: 'length', since: () => 0, ...UNTOLD } as const
      expect(await acknowledgedBytes(end, tables)).toBe(1000)
    },
  )

  it.runIf(isLinux)(
    'does not count bytes that were sent on the connection after the body',
    async () => {
      await using exchange = await httpExchange()
      const peer = await peerOf(exchange)
      const end = {
        peer,
        written: 1000,
        framing: 'unknown',
        since: () => 1_000_000,
        ...UNTOLD,
      } as const
      expect(await acknowledgedBytes(end, tables)).toBe(1000)
    },
  )

  it.runIf(calls)('asks the connection, not the tables, while it is open', async () => {
    await using exchange = await httpExchange()
    const { socket } = exchange.request
    const peer = {
      localAddress: '192.0.2.1',
      localPort: 1,
      remoteAddress: '192.0.2.2',
      remotePort: 2,
    }
    exchange.response.write('x'.repeat(1000))
    await exchange.client.until(1000)
    const end = {
      peer: { ...peer, shared: false },
      written: 1000,
      framing: 'length',
      since: () => 0,
      queued: () => unacknowledgedBytes(socket, calls),
    } as const
    expect(await acknowledgedBytes(end, tables)).toBe(1000)
    socket.destroy()
    expect(end.queued()).toBeUndefined()
    expect(await acknowledgedBytes(end, tables)).toBeUndefined()
  })

  it.runIf(isLinux)('asks the tables where the queue is not empty after 2 s', async () => {
    await using exchange = await httpExchange()
    const peer = await peerOf(exchange)
    const queued = () => 1
    const end = { peer, written: 1000, framing: 'length', since: () => 0, queued } as const
    expect(await acknowledgedBytes(end, tables)).toBe(1000)
  })

  it('returns undefined for a connection that is in no table of the kernel', async () => {
    const peer = {
      localAddress: '192.0.2.1',
      localPort: 1,
      remoteAddress: '192.0.2.2',
      remotePort: 2,
    }
    const end = {
      peer: { ...peer, shared: false },
      written: 5,
      framing: 'length',
      since: () => 0,
      ...UNTOLD,
    } as const
    expect(await acknowledgedBytes(end, tables)).toBeUndefined()
  })
})
