import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { lingerOnClose } from '../../src/delivery/lingering-close.js'

/** Sends the head of a request, and its body only after the response; resolves to what went wrong. */
async function sendAfterResponse(
  port: number,
): Promise<{ text: string; error: string | undefined }> {
  const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  let text = ''
  let error: string | undefined
  client.on('error', (thrown: NodeJS.ErrnoException) => {
    error = thrown.code
  })
  client.on('data', (bytes) => {
    text += bytes
  })
  client.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n')
  await once(client, 'end')
  // What a client that only looks at the response after its body would send.
  client.end(Buffer.alloc(5_000_000))
  if (!client.destroyed) await new Promise((resolve) => client.once('close', resolve))
  return { text, error }
}

async function serverThat(lingers: 'lingers' | 'closes at once') {
  const server = createServer((request, response) => {
    if (lingers === 'lingers') lingerOnClose(request)
    response.writeHead(413, { connection: 'close', 'content-length': 5 }).end('large')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, port: (server.address() as AddressInfo).port }
}

describe('lingerOnClose', () => {
  it('reads the rest of a body after the response, so that the client gets no RST', async () => {
    const { server, port } = await serverThat('lingers')
    const { text, error } = await sendAfterResponse(port)
    expect(text).toMatch(/^HTTP\/1.1 413 .*large$/s)
    expect(error).toBeUndefined()
    server.close()
    const hasty = await serverThat('closes at once')
    expect((await sendAfterResponse(hasty.port)).error).toMatch(/ECONNRESET|EPIPE/)
    hasty.server.close()
  })

  it('closes at once where the server stops', async () => {
    const { server, port } = await serverThat('lingers')
    const accepted = once(server, 'connection') as Promise<[Socket]>
    const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).resume()
    client.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\n')
    const [socket] = await accepted
    await once(client, 'end')
    expect(socket.destroyed).toBe(false)
    socket.destroySoon()
    await once(socket, 'close')
    client.destroy()
    server.close()
  })
})
