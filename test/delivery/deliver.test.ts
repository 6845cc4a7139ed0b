import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import type { TextReader } from '../../src/body/text-source.js'
import type { Part } from '../../src/delivery/body-parts.js'
import { type Body, deliver, openBody } from '../../src/delivery/deliver.js'
import { decodeChunked } from '../fixture/decode-chunked.js'
import { collectGarbage } from '../fixture/garbage.js'
import { httpExchange } from '../fixture/http-exchange.js'
import { transferAlone } from '../fixture/transfer.js'

/** Parts, how many of them were read, and whether their source was released. */
function parts<P extends Part>(...all: P[]) {
  const state = { read: 0, released: 0 }
  const rest: AsyncIterator<P> = {
    async next() {
      const value = all[state.read]
      state.read += 1
      return value === undefined ? { done: true, value: undefined } : { done: false, value }
    },
    async return() {
      state.released += 1
      return { done: true, value: undefined }
    },
  }
  return { rest, state }
}

async function delivered(body: Body<Part>) {
  await using exchange = await httpExchange()
  const { response, client } = exchange
  response.setHeader('content-length', 10)
  response.setHeader('connection', 'close')
  const { transfer } = transferAlone()
  const counts: number[] = []
  const failure = await deliver(body, response, transfer, (bytes) => counts.push(bytes)).then(
    () => undefined,
    (error) => error,
  )
  if (failure !== undefined) response.destroy()
  const received = (await client.closed()).body.toString()
  return { failure, counts, received, waitingFor: transfer.waitingFor }
}

describe('deliver', () => {
  it('writes the parts in order, counts each, and ends the message', async () => {
    const { rest, state } = parts(Buffer.from('234'), Buffer.from('56789'))
    const first = Buffer.from('01')
    const { failure, counts, received } = await delivered({ length: 10, first, rest })
    expect([failure, counts, received]).toEqual([undefined, [2, 3, 5], '0123456789'])
    // Once all announced bytes are written, the source is released without reading its end.
    expect(state).toEqual({ read: 2, released: 1 })
  })

  it.each<[string, string[], string, string, RegExp]>([
    ['too few bytes', ['01', '2'], '012', 'SOURCE_SHORT', /ended 7 bytes short of the 10/],
    ['too many bytes', ['0123', '456789X'], '0123', 'SOURCE_FAILED', /more than the 10/],
  ])(
    'rejects a body of %s without ending the message',
    async (_what, texts, sent, code, message) => {
      const { rest, state } = parts(...texts.map((text) => Buffer.from(text)))
      const body = { length: 10, first: undefined, rest }
      const { failure, received } = await delivered(body)
      expect(failure).toMatchObject({ code, message: expect.stringMatching(message) })
      expect([received, state.released]).toEqual([sent, 1])
    },
  )

  it('lets a part send itself', async () => {
    const part: Part = {
      length: 8,
      async sendTo(response, transfer, count) {
        await transfer.during((accepted) => {
          ;(response as ServerResponse).write('23456789', () => accepted(undefined))
        })
        count(8)
      },
    }
    const { rest } = parts<Part>(part)
    const { failure, counts, received } = await delivered({
      length: 10,
      first: Buffer.from('01'),
      rest,
    })
    expect([failure, counts, received]).toEqual([undefined, [2, 8], '0123456789'])
  })

  it('waits for the source while it reads, and for the client while it writes', async () => {
    const { transfer } = transferAlone()
    const sides: string[] = []
    await using exchange = await httpExchange()
    const rest: AsyncIterator<Uint8Array> = {
      async next() {
        sides.push(transfer.waitingFor)
        return { done: true, value: undefined }
      },
    }
    const body: Body = { length: undefined, first: Buffer.from('x'), rest }
    await deliver(body, exchange.response, transfer, () => sides.push(transfer.waitingFor))
    expect(sides).toEqual(['client', 'source'])
  })

  it.each<[string, (response: ServerResponse) => void, number]>([
    ['passes the text of a source of text, without reading its chunks', () => {}, 0],
    [
      'reads its chunks where middleware changes the content of the response',
      (response) => {
        const { write } = response
        response.write = ((...given: unknown[]) =>
          Reflect.apply(write, response, given)) as typeof write
      },
      3,
    ],
  ])('%s', async (_what, change, reads) => {
    await using exchange = await httpExchange()
    const { response, client } = exchange
    change(response)
    response.setHeader('connection', 'close')
    const { rest, state } = parts(Buffer.from('b'), Buffer.from('c'))
    const texts = ['b', 'c']
    const pull = (reader: TextReader) => {
      const text = texts.shift()
      if (text === undefined) reader.end()
      else reader.text(text)
    }
    const body: Body = { length: undefined, first: Buffer.from('a'), rest: { ...rest, pull } }
    const counts: number[] = []
    const { transfer } = transferAlone()
    await deliver(body, response, transfer, (bytes) => counts.push(bytes))
    const { bytes, whole } = decodeChunked((await client.closed()).body)
    expect([bytes.toString(), whole, counts]).toEqual(['abc', true, [1, 1, 1]])
    expect(state).toEqual({ read: reads, released: 1 })
  })

  it('clears the first part of the body when it writes it, so that the buffer can be freed', async () => {
    const { rest } = parts<Uint8Array>()
    const body: Body = { length: 10, first: Buffer.from('0123456789'), rest }
    await delivered(body)
    expect(body.first).toBeUndefined()
  })

  it.each([
    ['text', true],
    ['bytes', false],
  ])('keeps no chunk that it has sent while it waits for a source of %s', async (_what, isText) => {
    await using exchange = await httpExchange()
    // What a source has of those who wait for it.
    const waiting: unknown[] = []
    const rest = {
      next: () => new Promise<never>((resolve) => waiting.push(resolve)),
      ...(isText && { pull: (reader: TextReader) => waiting.push(reader) }),
    }
    // Made in a function of its own, which keeps nothing of it.
    const sent = (() => {
      const first = Buffer.alloc(100_000, 'x')
      const body: Body = { length: undefined, first, rest }
      deliver(body, exchange.response, transferAlone().transfer, () => {}).catch(() => {})
      return new WeakRef(first)
    })()
    await exchange.client.until(100_000)
    await expect.poll(() => waiting.length).toBe(1)
    const isKept = () => {
      collectGarbage()
      return sent.deref() !== undefined
    }
    await expect.poll(isKept).toBe(false)
  })
})

describe('openBody', () => {
  const layout = {
    contentType: 'text/plain',
    length: 10,
    pieces: [{ kind: 'slice', slice: { start: 0, end: 10 } }],
  } as const

  it('reads the first chunk', async () => {
    const { rest } = parts(Buffer.from('01234'), Buffer.from('56789'))
    const source = { read: () => ({ [Symbol.asyncIterator]: () => rest }) }
    const body = await openBody(layout, source, transferAlone().transfer)
    expect([body.length, body.first?.toString()]).toEqual([10, '01234'])
  })

  it('rejects a source without any of the announced bytes, and releases it', async () => {
    const { rest, state } = parts<Uint8Array>()
    const source = { read: () => ({ [Symbol.asyncIterator]: () => rest }) }
    const opening = openBody(layout, source, transferAlone().transfer)
    await expect(opening).rejects.toMatchObject({ code: 'SOURCE_SHORT' })
    expect(state.released).toBe(1)
  })

  it('returns a body without a first chunk for an empty source', async () => {
    const { rest } = parts<Uint8Array>()
    const source = { read: () => ({ [Symbol.asyncIterator]: () => rest }) }
    const empty = { ...layout, length: 0 }
    expect((await openBody(empty, source, transferAlone().transfer)).first).toBeUndefined()
  })
})
