import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, test } from 'vitest'
import { performEnding } from '../../src/delivery/response-writer.js'
import type { Ending } from '../../src/ending.js'

test('performEnding closes a connection that is sending its FIN when it resets it', async () => {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const client = connect(port, '127.0.0.1', () => client.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n'))
  client.on('error', () => {}).resume()
  const [, response] = await once(server, 'request')
  const { socket } = response
  const errors: string[] = []
  socket.on('error', ({ code }: NodeJS.ErrnoException) => errors.push(String(code)))

  // node:http ends the socket so when the client has sent a FIN; shutdown(2) is called two ticks later.
  socket.end()
  process.nextTick(() => process.nextTick(() => performEnding({ kind: 'reset' }, response)))

  await once(socket, 'close')
  expect(errors).toEqual([])
  server.close()
  await once(server, 'close')
})

test.each([
  [5_000, 0],
  [100, 100],
])(
  'performEnding sets the idle timer of an error frame to %i ms where it is %i ms, not a deadline',
  async (expected, before) => {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const client = connect(port, '127.0.0.1', () =>
      client.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n'),
    )
    client.pause().on('error', () => {})
    const [, response] = await once(server, 'request')
    const { socket } = response
    if (before > 0) socket.setTimeout(before)

    response.write(Buffer.alloc(32 * 1024 * 1024))
    performEnding({ kind: 'error-frame', bytes: Buffer.from('failed') }, response)

    expect(socket.timeout).toBe(expected)
    // Stands for the time that passes without a byte.
    if (before === 0) socket.emit('timeout')
    await once(response, 'close')
    client.destroy()
    server.close()
    await once(server, 'close')
  },
)

test.each<[Ending, string]>([
  [{ kind: 'cut' }, ''],
  [{ kind: 'reset' }, ''],
  [{ kind: 'raw', bytes: Buffer.from('raw') }, 'raw'],
])(
  'performEnding ends a response that is pipelined behind another at its turn with %j',
  async (ending, last) => {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const responses: ServerResponse[] = []
    server.on('request', (_request, response) => responses.push(response))
    const client = connect(port, '127.0.0.1', () =>
      client.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(2)),
    )
    let text = ''
    client
      .on('error', () => {})
      .on('data', (chunk) => {
        text += chunk
      })
    await expect.poll(() => responses.length).toBe(2)
    const [first, second] = responses as [ServerResponse, ServerResponse]
    performEnding(ending, second)
    first.write('first')
    await expect.poll(() => text).toContain('first')
    first.end()
    await expect.poll(() => client.closed).toBe(true)
    expect(text.endsWith(last)).toBe(true)
    server.close()
    await once(server, 'close')
  },
)
