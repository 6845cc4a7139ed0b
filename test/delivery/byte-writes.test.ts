import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { isWrittenByNode, writeBytes } from '../../src/delivery/byte-writes.js'
import { httpExchange } from '../fixture/http-exchange.js'

describe('writeBytes', () => {
  it.each<[string, BufferEncoding | undefined]>([
    ['grün', undefined],
    ['grün', 'utf8'],
    ['grün', 'latin1'],
    ['67c3bc', 'hex'],
  ])('writes %s in the encoding %s, and the head in Latin-1', async (text, encoding) => {
    await using exchange = await httpExchange()
    const { response, client } = exchange
    response.write = writeBytes
    response.setHeader('connection', 'close').setHeader('content-length', 8)
    response.setHeader('x-name', 'Ü')
    const bytes = Buffer.from(text, encoding)
    if (encoding === undefined) response.write(text)
    else response.write(text, encoding)
    response.end(Buffer.alloc(8 - bytes.length))
    const { fields, body } = await client.closed()
    expect(fields['x-name']).toBe('Ü')
    expect(body.subarray(0, bytes.length)).toEqual(bytes)
  })
})

describe('isWrittenByNode', () => {
  it.each<[string, boolean, (response: ServerResponse) => void]>([
    ['is as node:http made it', true, () => {}],
    [
      'writes strings as bytes',
      true,
      (response) => {
        response.write = writeBytes
      },
    ],
    [
      'is changed by middleware that counts or compresses its content',
      false,
      (response) => {
        const { write } = response
        response.write = ((...given: unknown[]) =>
          Reflect.apply(write, response, given)) as typeof write
      },
    ],
  ])('is right of a response that %s', async (_what, expected, change) => {
    await using exchange = await httpExchange()
    change(exchange.response)
    expect(isWrittenByNode(exchange.response)).toBe(expected)
  })
})
