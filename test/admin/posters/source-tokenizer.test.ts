import { EndOfStreamError } from 'strtok3/core'
import { describe, expect, it } from 'vitest'
import { BoundedReader } from '../../../src/admin/posters/bounded-reader.js'
import { SourceTokenizer } from '../../../src/admin/posters/source-tokenizer.js'

function tokenizer(): SourceTokenizer {
  const bytes = Buffer.from('0123456789')
  const read = async function* ({ start, end }: { start: number; end: number }) {
    yield bytes.subarray(start, end)
  }
  const facts = { name: 'a.mp3', contentType: undefined, size: 10 }
  const reader = new BoundedReader({ facts, read }, 100, new AbortController().signal)
  return new SourceTokenizer(reader, 'a.mp3', 8)
}

describe('SourceTokenizer', () => {
  it('reads on, peeks without moving, and skips', async () => {
    const input = tokenizer()
    const target = Buffer.alloc(2)
    await input.readBuffer(target)
    expect([target.toString(), input.position]).toEqual(['01', 2])
    await input.peekBuffer(target)
    expect([target.toString(), input.position]).toEqual(['23', 2])
    await input.ignore(4)
    await input.readBuffer(target)
    expect([target.toString(), input.position]).toEqual(['67', 8])
  })

  it('fails at the end, unless fewer bytes will do', async () => {
    const input = tokenizer()
    await input.ignore(8)
    await expect(input.readBuffer(Buffer.alloc(4))).rejects.toThrow(EndOfStreamError)
    expect(await input.readBuffer(Buffer.alloc(4), { mayBeLess: true })).toBe(2)
  })

  it('allocates no more for a token than its limit', async () => {
    const token = { len: 9, get: () => 0 }
    await expect(tokenizer().readToken(token)).rejects.toThrow('maxBufferSize')
  })
})
