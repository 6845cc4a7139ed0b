import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { hashThread } from '../../../src/source/digest/hash-thread.js'
import { beginHash, type HashName, pieceHash } from '../../../src/source/digest/running-hash.js'
import { pattern } from '../../fixture/files.js'

const BYTES = pattern(10_000)

function piecesOf(length: number): Buffer {
  const digests: Buffer[] = []
  for (let at = 0; at < BYTES.length; at += length) {
    digests.push(
      createHash('sha256')
        .update(BYTES.subarray(at, at + length))
        .digest(),
    )
  }
  return Buffer.concat(digests)
}

function crc(): Buffer {
  const value = Buffer.alloc(4)
  value.writeUInt32BE(crc32(BYTES))
  return value
}

describe('A hash, here and in the thread', () => {
  it.each<[HashName, Buffer]>([
    ['sha-256', createHash('sha256').update(BYTES).digest()],
    ['sha-512', createHash('sha512').update(BYTES).digest()],
    ['crc32', crc()],
    [pieceHash(1), piecesOf(1)],
    [pieceHash(999), piecesOf(999)],
    [pieceHash(1000), piecesOf(1000)],
    [pieceHash(10_000), piecesOf(10_000)],
    [pieceHash(10_001), piecesOf(10_001)],
  ])('of the kind %s is the same however the bytes are cut', async (name, expected) => {
    for (const cut of [1, 7, 1000, 1001, 4096, 10_000]) {
      const chunks: Uint8Array[] = []
      for (let at = 0; at < BYTES.length; at += cut) chunks.push(BYTES.subarray(at, at + cut))
      const hash = beginHash(name.replace('-', ''))
      for (const chunk of chunks) hash.update(chunk)
      expect([cut, Buffer.from(hash.digest()).equals(expected)]).toEqual([cut, true])
      if (cut < 1000) continue
      const thread = hashThread()
      const inThread = await thread.hash(name, each(chunks))
      await thread.close()
      expect([cut, Buffer.from(inThread).equals(expected)]).toEqual([cut, true])
    }
  })

  it('of no bytes has no pieces', async () => {
    expect(beginHash('sha256/1000').digest()).toHaveLength(0)
    const thread = hashThread()
    expect(await thread.hash(pieceHash(1000), each([]))).toHaveLength(0)
    await thread.close()
  })
})

async function* each(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}
