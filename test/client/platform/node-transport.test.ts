import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { nodeTransport } from '../../../src/client/platform/node-transport.js'

/** Answers each request with so many bytes of those that it announces, and ends the connection. */
async function closingServer(announced: number, sent: number) {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.once('data', () => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${announced}\r\nConnection: close\r\n\r\n`)
      socket.end(Buffer.alloc(sent))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/f`
  return { url, [Symbol.dispose]: () => void server.close() }
}

/** Reads a body after the connection has ended: how many bytes it had, and whether they were all. */
async function readLate(url: string) {
  const transport = nodeTransport()
  let bytes = 0
  try {
    const { signal } = new AbortController()
    const { body } = await transport.send({ url, fields: {}, signal })
    await wait(100)
    for (let read = await body.next(); !read.done; read = await body.next()) {
      bytes += read.value.length
      await wait(1)
    }
    return { bytes, isWhole: true }
  } catch {
    return { bytes, isWhole: false }
  } finally {
    await transport.close()
  }
}

describe('a reader who is slower than a server that ends the connection', () => {
  it.each([1, 64, 128, 1024, 5000])('gets all of %i KiB', async (kibibytes) => {
    const size = kibibytes * 1024
    using server = await closingServer(size, size)
    expect(await readLate(server.url)).toEqual({ bytes: size, isWhole: true })
  })

  it.each([64, 128, 1024])('gets an error after %i KiB of more', async (kibibytes) => {
    const size = kibibytes * 1024
    using server = await closingServer(size + 1, size)
    const { bytes, isWhole } = await readLate(server.url)
    expect(isWhole).toBe(false)
    expect(bytes).toBeLessThanOrEqual(size)
  })
})
