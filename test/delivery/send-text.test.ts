import { createHook } from 'node:async_hooks'
import { describe, expect, it } from 'vitest'
import type { TextReader, TextSource } from '../../src/body/text-source.js'
import { ChunkWriter } from '../../src/delivery/chunk-writer.js'
import { sendText } from '../../src/delivery/send-text.js'
import { LastbyteError } from '../../src/errors.js'
import { decodeChunked } from '../fixture/decode-chunked.js'
import { httpExchange } from '../fixture/http-exchange.js'
import { transferAlone } from '../fixture/transfer.js'

/** Each text in a turn of its own, then the end. */
class Texts implements TextSource {
  pulls = 0
  /** Promises that were created by the calls that passed a text on. */
  promises = 0

  constructor(
    private readonly texts: readonly string[],
    private readonly end: (reader: TextReader) => void = (reader) => reader.end(),
  ) {}

  pull(reader: TextReader): void {
    const text = this.texts[this.pulls]
    this.pulls += 1
    setImmediate(() => {
      if (text === undefined) return this.end(reader)
      // Counted in the call alone: other tests of this process create promises between the calls.
      const hook = createHook({
        init: (_id, type) => {
          if (type === 'PROMISE') this.promises += 1
        },
      }).enable()
      reader.text(text)
      hook.disable()
    })
  }
}

async function scene() {
  const exchange = await httpExchange()
  const { response } = exchange
  response.setHeader('connection', 'close')
  await new Promise((accepted) => response.write('<', accepted))
  const writer = ChunkWriter.of(response)
  if (writer === undefined) throw new Error('expected a writer')
  const { transfer } = transferAlone()
  const counts: number[] = []
  const count = (bytes: number) => void counts.push(bytes)
  return {
    exchange,
    transfer,
    counts,
    sending: { writer, transfer, waiting: 'server', count },
  } as const
}

describe('sendText', () => {
  it('sends each text, counts its bytes, and resolves at the end', async () => {
    const { exchange, transfer, counts, sending } = await scene()
    await using _exchange = exchange
    await transfer.during(sendText(new Texts(['a', 'é', 'b']), sending))
    exchange.response.end('>')
    const { bytes, whole } = decodeChunked((await exchange.client.closed()).body)
    expect([bytes.toString(), whole, counts]).toEqual(['<aéb>', true, [1, 2, 1]])
  })

  it('creates no promise for a text that the kernel accepts at once', async () => {
    const { exchange, transfer, counts, sending } = await scene()
    await using _exchange = exchange
    const source = new Texts(Array(500).fill('text'))
    await transfer.during(sendText(source, sending))
    expect([counts.length, source.promises]).toEqual([500, 0])
  })

  it('waits for the client while a chunk is queued, and pulls no text meanwhile', async () => {
    const { exchange, transfer, counts, sending } = await scene()
    await using _exchange = exchange
    exchange.client.socket.pause()
    const source = new Texts(Array(600).fill('x'.repeat(16 * 1024)))
    const sent = transfer.during(sendText(source, sending))
    await expect.poll(() => transfer.waitingFor).toBe('client')
    const { pulls } = source
    await new Promise(setImmediate)
    expect([source.pulls, counts.length]).toEqual([pulls, pulls - 1])
    exchange.client.socket.resume()
    await sent
    expect([counts.length, transfer.waitingFor]).toEqual([600, 'server'])
  })

  it('rejects with the failure of the source', async () => {
    const { exchange, transfer, counts, sending } = await scene()
    await using _exchange = exchange
    const failure = new Error('disk')
    const source = new Texts(['a'], (reader) => reader.fail(failure))
    await expect(transfer.during(sendText(source, sending))).rejects.toBe(failure)
    expect(counts).toEqual([1])
  })

  it('rejects with the reason of an abort, and sends no text behind it', async () => {
    const { exchange, transfer, counts, sending } = await scene()
    await using _exchange = exchange
    let reader: TextReader | undefined
    const source: TextSource = {
      pull: (pulling) => {
        reader = pulling
      },
    }
    const sent = transfer.during(sendText(source, sending))
    const reason = new LastbyteError('SHUTDOWN', 'closing')
    transfer.abort(reason)
    reader?.text('late')
    await expect(sent).rejects.toBe(reason)
    exchange.response.end('>')
    const { bytes } = decodeChunked((await exchange.client.closed()).body)
    expect([bytes.toString(), counts]).toEqual(['<>', []])
  })

  it('rejects with CLIENT_GONE where the response was ended by somebody else', async () => {
    const { exchange, transfer, sending } = await scene()
    await using _exchange = exchange
    exchange.response.end()
    const sent = transfer.during(sendText(new Texts(['late']), sending))
    await expect(sent).rejects.toMatchObject({ code: 'CLIENT_GONE' })
  })
})
