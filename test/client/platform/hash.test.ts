import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { browserHash } from '../../../src/client/platform/browser-hash.js'
import { requireDigest, verifiedChunks } from '../../../src/client/platform/hash.js'
import { nodeHash } from '../../../src/client/platform/node-hash.js'
import { ALGORITHMS } from '../../../src/http/digest-fields.js'
import type { DigestValue } from '../../../src/http/digest-value.js'
import { sha256 } from '../../fixture/sha256.js'

const BYTES = Buffer.from('some bytes')

async function* chunksOf(...chunks: Uint8Array[]) {
  yield* chunks
}

/** Reads chunks to their end: the bytes, and the error that ended them. */
async function readAll(chunks: AsyncIterable<Uint8Array>) {
  const received: Uint8Array[] = []
  try {
    for await (const chunk of chunks) received.push(chunk)
    return { bytes: Buffer.concat(received), error: undefined }
  } catch (error) {
    return { bytes: Buffer.concat(received), error }
  }
}

describe.each([
  ['nodeHash', nodeHash],
  ['browserHash', browserHash],
])('%s', (_name, create) => {
  it.each(ALGORITHMS)('computes %s of bytes in any chunks', (algorithm) => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), (chunks) => {
        const hash = create(algorithm)
        for (const chunk of chunks) hash.update(chunk)
        const whole = createHash(algorithm.replace('-', '')).update(Buffer.concat(chunks))
        expect(hash.hex()).toBe(whole.digest('hex'))
      }),
      { numRuns: 30 },
    )
  })

  it('computes the digest of no bytes (FIPS 180-4)', () => {
    expect(create('sha-256').hex()).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    )
  })

  it('verifies chunks for verifiedChunks', async () => {
    const verified = verifiedChunks(chunksOf(BYTES), [sha256(BYTES)], create)
    expect(await readAll(verified)).toEqual({ bytes: BYTES, error: undefined })
  })
})

describe('verifiedChunks', () => {
  it('passes chunks on without a digest', async () => {
    const { bytes, error } = await readAll(verifiedChunks(chunksOf(BYTES, BYTES), [], nodeHash))
    expect(bytes.toString()).toBe('some bytessome bytes')
    expect(error).toBeUndefined()
  })

  it('throws DIGEST_MISMATCH after the last chunk if one of several digests differs', async () => {
    const wrong = sha256(Buffer.from('other'))
    const chunks = verifiedChunks(chunksOf(BYTES), [sha256(BYTES), wrong], nodeHash)
    const { bytes, error } = await readAll(chunks)
    expect(bytes.equals(BYTES)).toBe(true)
    expect(error).toMatchObject({ code: 'DIGEST_MISMATCH', facts: { wanted: wrong.hex } })
  })

  it('throws the error of its source instead of a mismatch', async () => {
    const source = async function* () {
      yield BYTES
      throw new Error('reset')
    }
    const { error } = await readAll(verifiedChunks(source(), [sha256(Buffer.from('x'))], nodeHash))
    expect(error).toMatchObject({ message: 'reset' })
  })

  it('ends its source when its reader stops', async () => {
    let isEnded = false
    const source = async function* () {
      try {
        for (;;) yield BYTES
      } finally {
        isEnded = true
      }
    }
    for await (const _chunk of verifiedChunks(source(), [], nodeHash)) break
    expect(isEnded).toBe(true)
  })
})

describe('requireDigest', () => {
  const expected: DigestValue = { algorithm: 'sha-512', hex: 'ab' }

  it('accepts the expected digest', () => {
    expect(() => requireDigest(expected, 'ab')).not.toThrow()
  })

  it('throws DIGEST_MISMATCH with both digests for another one', () => {
    expect(() => requireDigest(expected, 'cd')).toThrow(
      expect.objectContaining({
        code: 'DIGEST_MISMATCH',
        message: 'Cannot accept the bytes: expected the sha-512 digest ab; received cd',
        facts: { algorithm: 'sha-512', wanted: 'ab', received: 'cd' },
      }),
    )
  })
})
