import { once } from 'node:events'
import {
  type ClientHttp2Stream,
  connect,
  createSecureServer,
  type Http2ServerResponse,
  type OutgoingHttpHeaders,
} from 'node:http2'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { isUntouched, writeAfterRead, writeWhole } from '../../src/delivery/whole-response.js'
import { pattern } from '../fixture/files.js'
import { FLAG, FRAME, frame, Http2Attacker, headerBlock } from '../fixture/http2-attacker.js'
import { RawHttp2Client } from '../fixture/raw-http2.js'
import { tls } from '../fixture/tls.js'

/** A server whose requests `handle` responds to. */
async function serving(handle: (response: Http2ServerResponse) => void) {
  const server = createSecureServer(tls, (_request, response) => handle(response))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function requested(port: number, fields: OutgoingHttpHeaders) {
  const session = connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false })
  try {
    const stream: ClientHttp2Stream = session.request(fields)
    const [head] = await once(stream, 'response')
    return { head, body: await buffer(stream) }
  } finally {
    session.close()
  }
}

describe('isUntouched', () => {
  it.each<[string, boolean, string, (response: Http2ServerResponse) => void]>([
    ['a response to GET', true, 'GET', () => {}],
    ['a response to HEAD', false, 'HEAD', () => {}],
    ['a response with a field', false, 'GET', (response) => response.setHeader('x-own', 'yes')],
    ['a replaced writeHead', false, 'GET', (response) => replace(response, 'writeHead')],
    ['a replaced write', false, 'GET', (response) => replace(response, 'write')],
    ['a replaced end', false, 'GET', (response) => replace(response, 'end')],
  ])('of %s is %s', async (_what, expected, method, touch) => {
    const found: boolean[] = []
    await using server = await serving((response) => {
      touch(response)
      found.push(isUntouched(response))
      response.end()
    })
    await requested(server.port, { ':method': method })
    expect(found).toEqual([expected])
  })
})

function replace(response: Http2ServerResponse, method: 'writeHead' | 'write' | 'end'): void {
  Object.assign(response, { [method]: response[method].bind(response) })
}

describe('writeWhole', () => {
  it.each([0, 1, 16_384, 16_385, 131_072])('sends a status, fields and %i bytes', async (size) => {
    const bytes = pattern(size)
    const events: string[] = []
    await using server = await serving((response) => {
      response.on('finish', () => events.push(`finish of ${response.statusCode}`))
      response.on('close', () => events.push('close'))
      writeWhole(response, { status: 206, fields: { 'x-own': 'yes', link: ['a', 'b'] } }, bytes)
    })
    const { head, body } = await requested(server.port, { ':path': '/' })
    expect(head).toMatchObject({ ':status': 206, 'x-own': 'yes', link: 'a, b' })
    expect(body.equals(bytes)).toBe(true)
    // As node:http2 emits them after `response.end`.
    await expect.poll(() => events).toEqual(['finish of 206', 'close'])
  })

  it('ends the stream, and resets none', async () => {
    const bytes = pattern(100_000)
    await using server = await serving((response) => {
      writeWhole(response, { status: 200, fields: {} }, bytes)
    })
    using client = await RawHttp2Client.connect(server.port)
    for (const _ of [1, 2]) {
      const frames = await client.frames(client.request('/'))
      expect(frames).toMatchObject({ endStream: true, reset: undefined })
      expect(frames.data.equals(bytes)).toBe(true)
    }
  })
})

describe('writeAfterRead', () => {
  const CANCEL = Buffer.from([0, 0, 0, 8])

  it('writes nothing to a stream that the client has reset in the packet of its request', async () => {
    const written: number[] = []
    await using server = await serving((response) => {
      const { stream } = response
      writeAfterRead(
        response,
        () => {
          written.push(Number(stream.id))
          writeWhole(response, { status: 200, fields: {} }, pattern(10))
        },
        () => written.push(-1),
      )
    })
    using client = await Http2Attacker.connect(server.port)
    client.begin()
    const get = (id: number) =>
      frame(FRAME.HEADERS, FLAG.END_STREAM | FLAG.END_HEADERS, id, headerBlock('/'))
    client.send(get(1), frame(FRAME.RST_STREAM, 0, 1, CANCEL), get(3))
    await expect.poll(() => client.counts.get(FRAME.HEADERS)).toBe(1)
    expect(written).toEqual([3])
  })

  it('resets a stream whose response can’t be written, and reports why', async () => {
    const errors: unknown[] = []
    await using server = await serving((response) => {
      const write = () => {
        throw new Error('not sendable')
      }
      writeAfterRead(response, write, (error) => errors.push(error))
    })
    using client = await RawHttp2Client.connect(server.port)
    const frames = await client.frames(client.request('/'))
    expect(frames).toMatchObject({ reset: 2, endStream: false })
    expect(errors).toMatchObject([{ message: 'not sendable' }])
  })
})
