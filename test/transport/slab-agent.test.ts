import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { readIntoSlabs, SlabAgent } from '../../src/transport/slab-agent.js'
import { SlabSocket } from '../../src/transport/slab-socket.js'
import { pattern } from '../fixture/files.js'

describe('SlabAgent', () => {
  it('reads a body unchanged, and never writes to a chunk after it was emitted', async () => {
    const content = pattern(3_000_000)
    const server = createServer((_request, response) => void response.end(content)).listen(
      0,
      '127.0.0.1',
    )
    await once(server, 'listening')
    const agent = new SlabAgent({ keepAlive: true })
    const { port } = server.address() as AddressInfo
    const sent = request({ port, host: '127.0.0.1', agent }).end()
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    const chunks: Buffer[] = []
    const copies: Buffer[] = []
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      copies.push(Buffer.from(chunk))
    })
    await once(response, 'end')
    agent.destroy()
    server.close()
    expect(Buffer.concat(copies).equals(content)).toBe(true)
    expect(Buffer.concat(chunks).equals(content)).toBe(true)
  })
})

it('readIntoSlabs closes other connections after their response, and keeps its own', async () => {
  const server = createServer((_request, response) => void response.end('x')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const agent = new Agent({ keepAlive: true })
  const { port } = server.address() as AddressInfo
  const respond = async (during: () => void) => {
    const sent = request({ port, host: '127.0.0.1', agent }).end()
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    const { socket } = response
    during()
    response.resume()
    await once(sent, 'close')
    await new Promise(setImmediate)
    return { socket, isReused: sent.reusedSocket }
  }
  const other = await respond(() => readIntoSlabs(agent))
  expect(other.socket).not.toBeInstanceOf(SlabSocket)
  const first = await respond(() => {})
  const second = await respond(() => {})
  expect(first).toEqual({ socket: expect.any(SlabSocket), isReused: false })
  expect(second).toEqual({ socket: first.socket, isReused: true })
  agent.destroy()
  server.close()
})
