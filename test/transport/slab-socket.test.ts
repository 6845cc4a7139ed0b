import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { SlabPool } from '../../src/transport/slab.js'
import { SlabSocket } from '../../src/transport/slab-socket.js'

/** A socket of slabs, and the other end of its connection. */
async function connection() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const options = { port: (server.address() as AddressInfo).port, host: '127.0.0.1' }
  const near = new SlabSocket(options, new SlabPool())
  near.connect(options)
  const [[far]] = (await Promise.all([once(server, 'connection'), once(near, 'connect')])) as [
    [Socket],
    unknown,
  ]
  const close = () => {
    near.destroy()
    far.destroy()
    server.close()
  }
  return { near, far, [Symbol.dispose]: close }
}

describe('SlabSocket', () => {
  it('emits what it reads, until a receiver gets it', async () => {
    using ends = await connection()
    const { near, far } = ends
    let emitted = ''
    let received = ''
    near.on('data', (bytes) => {
      emitted += bytes
    })
    far.write('one')
    await expect.poll(() => emitted).toBe('one')
    near.receive((chunk) => {
      received += Buffer.from(chunk)
      return true
    })
    far.write('two')
    await expect.poll(() => received).toBe('two')
    near.receive(undefined)
    far.write('three')
    await expect.poll(() => emitted).toBe('onethree')
  })

  it('reads little at the beginning of a response, whose bytes the parser copies', async () => {
    using ends = await connection()
    const { near, far } = ends
    const sizes: number[] = []
    const content = Buffer.alloc(100_000)
    const count = () => sizes.reduce((sum, size) => sum + size, 0)
    near.on('data', ({ length }) => {
      sizes.push(length)
      if (count() === content.length) near.beginResponse()
    })
    for (let response = 1; response <= 2; response += 1) {
      far.write(content)
      await expect.poll(count).toBe(content.length)
      expect(sizes[0]).toBeLessThanOrEqual(16 * 1024)
      expect(Math.max(...sizes)).toBeGreaterThan(16 * 1024)
      sizes.length = 0
    }
  })

  it('reads no more after a receiver has returned false, until resume()', async () => {
    using ends = await connection()
    const { near, far } = ends
    let received = 0
    near.receive((chunk) => {
      received += chunk.length
      return false
    })
    near.resume()
    far.write(Buffer.alloc(1_000_000))
    await expect.poll(() => received).toBeGreaterThan(0)
    const first = received
    for (let turns = 0; turns < 20; turns += 1) await new Promise(setImmediate)
    expect(received).toBe(first)
    near.receive((chunk) => {
      received += chunk.length
      return true
    })
    near.resume()
    await expect.poll(() => received).toBe(1_000_000)
  })

  it('closes the connection when it receives anything after expectNothing()', async () => {
    using ends = await connection()
    const { near, far } = ends
    let emitted = 0
    near.on('data', () => {
      emitted += 1
    })
    near.expectNothing()
    far.write('one')
    await once(near, 'close')
    expect(emitted).toBe(0)
  })

  it('calls back after the chunk that is being emitted, and at once where there is none', async () => {
    using ends = await connection()
    const { near, far } = ends
    const calls: string[] = []
    near.on('data', (bytes) => {
      if (calls.length === 1) near.afterParsing(() => calls.push('after parsing'))
      calls.push(String(bytes))
    })
    near.afterParsing(() => calls.push('at once'))
    expect(calls).toEqual(['at once'])
    far.write('one')
    await expect.poll(() => calls).toEqual(['at once', 'one', 'after parsing'])
    far.write('two')
    await expect.poll(() => calls).toEqual(['at once', 'one', 'after parsing', 'two'])
  })

  it('never calls back for a chunk that has waited while the socket was paused', async () => {
    using ends = await connection()
    const { near, far } = ends
    const calls: string[] = []
    near.pause()
    near.read(0)
    far.write('one')
    await expect.poll(() => near.readableLength).toBe(3)
    near.afterParsing(() => calls.push('while it waits'))
    near.on('data', (bytes) => {
      near.afterParsing(() => calls.push('while it is parsed'))
      calls.push(String(bytes))
    })
    near.resume()
    await expect.poll(() => calls).toEqual(['one'])
    near.removeAllListeners('data')
    far.write('two')
    await new Promise((emitted) => near.once('data', emitted))
    await new Promise(setImmediate)
    expect(calls).toEqual(['one'])
  })
})
