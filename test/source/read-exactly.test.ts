import { expect, it } from 'vitest'
import { type Readable, readExactly } from '../../src/source/read-exactly.js'

const { signal } = new AbortController()
const CONTENT = Buffer.from('0123456789')
const SLICE = { start: 1, end: 9 }

/** A source that sends a slice in chunks of 3 bytes, and `surplus` bytes more than requested. */
const sourceWith = (surplus: number): Readable => ({
  async *read({ start, end }) {
    const bytes = CONTENT.subarray(start, end + surplus)
    for (let at = 0; at < bytes.length; at += 3) yield bytes.subarray(at, at + 3)
  },
})

async function collect(chunks: AsyncIterable<Uint8Array>) {
  const all: Uint8Array[] = []
  for await (const chunk of chunks) all.push(chunk)
  return Buffer.concat(all).toString()
}

it('A slice that is complete is passed on', async () => {
  expect(await collect(readExactly(sourceWith(0), SLICE, signal))).toBe('12345678')
})

it.each([
  ['a byte too few', -1, 'SOURCE_SHORT', /ended 1 bytes short of the 8 announced/],
  ['a byte too many', 1, 'SOURCE_FAILED', /more than the 8 announced bytes/],
])('A source that sends %s is rejected', async (_what, surplus, code, message) => {
  const reading = collect(readExactly(sourceWith(surplus), SLICE, signal))
  await expect(reading).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
})
