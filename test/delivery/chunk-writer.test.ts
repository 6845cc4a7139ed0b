import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { connect, createServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { ChunkWriter } from '../../src/delivery/chunk-writer.js'
import type { LastbyteError } from '../../src/errors.js'
import { decodeChunked } from '../fixture/decode-chunked.js'
import { type HttpExchange, httpExchange } from '../fixture/http-exchange.js'
import { RawClient } from '../fixture/raw-http.js'

/** A response whose head and first chunk, `<`, are sent. */
async function begun(exchange: HttpExchange): Promise<ServerResponse> {
  const { response } = exchange
  response.setHeader('connection', 'close')
  await new Promise((accepted) => response.write('<', accepted))
  return response
}

function writerOf(response: ServerResponse): ChunkWriter {
  const writer = ChunkWriter.of(response)
  if (writer === undefined) throw new Error('expected a writer')
  return writer
}

/** Writes a text, and waits until the kernel has accepted it. */
function written(writer: ChunkWriter, text: string): Promise<'at once' | 'later'> {
  return new Promise((resolve, reject: (error: LastbyteError) => void) => {
    const outcome = { accepted: () => resolve('later'), failed: reject }
    if (writer.write(text, Buffer.byteLength(text), outcome) === 'accepted') resolve('at once')
  })
}

describe('ChunkWriter', () => {
  it('sends any text as chunks in UTF-8, each by one write of the socket', async () => {
    const text = fc.oneof(
      fc.string({ minLength: 1, unit: 'binary' }),
      fc.string({ minLength: 1, unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)) }),
      fc.constantFrom('é', '\u00ff', '€', 'a'.repeat(20_000), 'ü'.repeat(20_000), '\r\n0\r\n\r\n'),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 5 }), async (texts) => {
        await using exchange = await httpExchange()
        const response = await begun(exchange)
        const writer = writerOf(response)
        const write = vi.spyOn(response.socket as object as { write(): void }, 'write')
        for (const each of texts) await written(writer, each)
        const writes = write.mock.calls.filter(([chunk]: unknown[]) => chunk !== '')
        expect(writes.length).toBe(texts.length)
        response.end('>')
        const { body } = await exchange.client.closed()
        const expected = Buffer.concat(['<', ...texts, '>'].map((each) => Buffer.from(each)))
        expect(decodeChunked(body)).toEqual({ bytes: expected, whole: true })
      }),
      { numRuns: 20 },
    )
  })

  it('waits for a client that does not read, and tells when the kernel has accepted the chunk', async () => {
    await using exchange = await httpExchange()
    const response = await begun(exchange)
    const { socket } = exchange.client
    socket.pause()
    const writer = writerOf(response)
    const text = 'x'.repeat(16 * 1024)
    let count = 1
    let last = written(writer, text)
    // Until a chunk doesn't fit into the buffers of the connection.
    while (response.socket?.writableLength === 0) {
      expect(await last).toBe('at once')
      last = written(writer, text)
      count += 1
    }
    socket.resume()
    expect(await last).toBe('later')
    response.end()
    const { bytes, whole } = decodeChunked((await exchange.client.closed()).body)
    expect([bytes.length, whole]).toEqual([1 + count * text.length, true])
  })

  it.each<[string, (exchange: HttpExchange) => unknown]>([
    ['was ended by the application', ({ response }) => response.end()],
    ['was destroyed', ({ response }) => response.destroy()],
    ['has lost its connection', ({ response }) => response.socket?.destroy()],
    [
      'is closed by its client',
      async ({ client, response }) => {
        client.socket.resetAndDestroy()
        await once(response, 'close')
      },
    ],
  ])('fails with CLIENT_GONE, and writes nothing, where the response %s', async (_what, end) => {
    await using exchange = await httpExchange()
    const response = await begun(exchange)
    const writer = writerOf(response)
    const { socket } = response
    await end(exchange)
    const write = vi.spyOn(socket as object as { write(): void }, 'write')
    await expect(written(writer, 'late')).rejects.toMatchObject({ code: 'CLIENT_GONE' })
    expect(write).not.toHaveBeenCalled()
  })

  it.each<[string, (exchange: HttpExchange) => Promise<unknown>]>([
    ['whose head is not written', async () => {}],
    ['with a length', async ({ response }) => response.setHeader('content-length', 9).write('012')],
    [
      'whose content middleware changes',
      async (exchange) => {
        const { write } = await begun(exchange)
        exchange.response.write = ((...given: unknown[]) =>
          Reflect.apply(write, exchange.response, given)) as typeof write
      },
    ],
  ])('is not for a response %s', async (_what, prepare) => {
    await using exchange = await httpExchange()
    await prepare(exchange)
    expect(ChunkWriter.of(exchange.response)).toBeUndefined()
  })

  it('is not for a response to HTTP/1.0, which has no chunks', async () => {
    await using exchange = await httpExchange()
    const { server } = exchange.response.socket as unknown as { server: NodeJS.EventEmitter }
    using client = new RawClient(exchange.client.socket.remotePort ?? 0)
    client.request('/', {}, 'GET', 'HTTP/1.0')
    const [, response] = (await once(server, 'request')) as [unknown, ServerResponse]
    response.write('<')
    expect(ChunkWriter.of(response)).toBeUndefined()
  })

  it('is not for a response that is pipelined behind another', async () => {
    await using exchange = await httpExchange()
    const { server } = exchange.response.socket as unknown as { server: NodeJS.EventEmitter }
    exchange.client.request('/second')
    const [, response] = (await once(server, 'request')) as [unknown, ServerResponse]
    response.write('<')
    expect(ChunkWriter.of(response)).toBeUndefined()
  })

  it('is not for HTTP/2', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    session.request({ ':path': '/' }).on('error', () => {})
    const [, response] = await once(server, 'request')
    response.write('<')
    expect(ChunkWriter.of(response)).toBeUndefined()
    session.destroy()
    server.close()
    await once(server, 'close')
  })
})
