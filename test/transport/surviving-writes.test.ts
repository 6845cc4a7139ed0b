import { once } from 'node:events'
import { type AddressInfo, connect as connectTo, createServer, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { surviveFailedWrites } from '../../src/transport/surviving-writes.js'

/** Both ends of a connection. */
async function connection() {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const near = connectTo({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' })
  const [[far]] = (await Promise.all([once(server, 'connection'), once(near, 'connect')])) as [
    [Socket],
    unknown,
  ]
  return { near, far, [Symbol.dispose]: () => void server.close() }
}

describe('surviveFailedWrites', () => {
  it('reads what the other end sent before it closed, and reports the failed write then', async () => {
    using ends = await connection()
    const { near, far } = ends
    surviveFailedWrites(near)
    surviveFailedWrites(near)
    let text = ''
    near.on('data', (bytes) => {
      text += bytes
    })
    // Unread bytes: the close sends RST, so that the next write fails at once.
    near.write('unread')
    await once(far, 'readable')
    far.write('response')
    far.resetAndDestroy()
    for (let writes = 0; writes < 3; writes += 1) near.write('more')
    const [error] = await once(near, 'error')
    expect([text, error.syscall]).toEqual(['response', 'write'])
  })

  it('reports other errors at once', async () => {
    using ends = await connection()
    const { near, far } = ends
    surviveFailedWrites(near)
    near.destroy()
    far.destroy()
    const error = await new Promise<Error | null | undefined>((done) => near.write('x', done))
    expect(error).toBeInstanceOf(Error)
  })
})
