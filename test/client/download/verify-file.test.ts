import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { verifyFile } from '../../../src/client/download/verify-file.js'
import type { DigestValue } from '../../../src/http/digest-value.js'
import { pattern } from '../../fixture/files.js'
import { sha256 } from '../../fixture/sha256.js'

const MIB = 1024 * 1024
const CONTENT = pattern(2 * MIB + 5)

/** A file in memory that returns at most so many bytes a read, and counts its reads. */
function fileOf(content: Buffer, most = Number.POSITIVE_INFINITY) {
  const file = {
    reads: 0,
    async read(buffer: Uint8Array, position: number): Promise<number> {
      file.reads += 1
      const bytes = content.subarray(position, position + Math.min(buffer.length, most))
      buffer.set(bytes)
      return bytes.length
    },
  }
  return file
}

const sha512 = (bytes: Uint8Array): DigestValue => ({
  algorithm: 'sha-512',
  hex: createHash('sha512').update(bytes).digest('hex'),
})

describe('verifyFile', () => {
  it.each([0, 1, MIB - 1, MIB, MIB + 1, CONTENT.length])(
    'accepts a file of %i bytes that has the digest',
    async (size) => {
      const content = CONTENT.subarray(0, size)
      await verifyFile(fileOf(content), size, [sha256(content)])
    },
  )

  it('reads a file once for all digests, and not at all for none', async () => {
    const file = fileOf(CONTENT)
    await verifyFile(file, CONTENT.length, [sha256(CONTENT), sha512(CONTENT)])
    expect(file.reads).toBe(3)
    const unread = fileOf(CONTENT)
    await verifyFile(unread, CONTENT.length, [])
    expect(unread.reads).toBe(0)
  })

  it('accepts short reads', async () => {
    await verifyFile(fileOf(CONTENT, 100_001), CONTENT.length, [sha256(CONTENT)])
  })

  it('hashes no more bytes than the size', async () => {
    const content = CONTENT.subarray(0, 10)
    await verifyFile(fileOf(CONTENT), 10, [sha256(content)])
  })

  it.each<[string, readonly DigestValue[]]>([
    ['the only digest', [sha256(Buffer.from('x'))]],
    ['the second digest', [sha256(CONTENT), sha512(Buffer.from('x'))]],
  ])('throws DIGEST_MISMATCH when %s is of other bytes', async (_which, digests) => {
    await expect(verifyFile(fileOf(CONTENT), CONTENT.length, digests)).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    })
  })

  it('throws DIGEST_MISMATCH when the file is shorter than its size', async () => {
    const file = fileOf(CONTENT.subarray(0, 100))
    await expect(verifyFile(file, CONTENT.length, [sha256(CONTENT)])).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
      facts: { received: sha256(CONTENT.subarray(0, 100)).hex },
    })
  })

  it('throws the error of a read', async () => {
    const file = { read: () => Promise.reject(new Error('EIO')) }
    await expect(verifyFile(file, 5, [sha256(CONTENT)])).rejects.toThrow('EIO')
  })
})
