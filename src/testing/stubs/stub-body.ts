import type { Readable } from 'node:stream'
import { invalidSetting } from '../../validation/option-error.js'

/**
 * The chunks of a body whose length isn't announced.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { faultServer, type StubStream } from 'lastbyte/testing'
 *
 * const body = async function* (): StubStream {
 *   yield 'one, '
 *   yield 'two'
 * }
 * await using server = await faultServer({ seed: 7 })
 * server.stub('/stream', { body })
 * assert.equal(await (await fetch(`${server.url}/stream`)).text(), 'one, two')
 * ```
 */
export type StubStream = AsyncIterable<string | Uint8Array> | Readable

/** Calls the function of a body. @throws LastbyteError BAD_SETTING unless it returns something to iterate over */
export async function openStream(body: () => unknown): Promise<StubStream> {
  const stream = await body()
  const { [Symbol.asyncIterator]: later, [Symbol.iterator]: now } = Object(stream)
  if (later !== undefined || now !== undefined) return stream as StubStream
  throw invalidSetting('body', 'expected a function that returns an async iterable', stream)
}

/** The chunks of a body as bytes. A chunk that is neither text nor bytes is reported, since the client sees only a cut. */
export async function* bytesOf(stream: StubStream): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream as AsyncIterable<unknown>) {
    if (typeof chunk === 'string') yield Buffer.from(chunk)
    else if (chunk instanceof Uint8Array) yield chunk
    else {
      const error = invalidSetting('body', 'expected chunks of text or Uint8Array', chunk)
      process.emitWarning(`stub: ${error.message}`, 'LastbyteWarning')
      throw error
    }
  }
}
