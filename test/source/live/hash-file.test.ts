import { describe, expect, it } from 'vitest'
import { hashFile } from '../../../src/source/live/hash-file.js'
import { PrefixHash } from '../../../src/source/live/prefix-hash.js'
import { Folder, pattern } from '../../fixture/files.js'
import { openFile } from '../../fixture/open-file.js'

const hashed = (bytes: Uint8Array) => {
  const hash = new PrefixHash()
  hash.update(bytes)
  return hash.digest()
}

describe('hashFile', () => {
  it.each<[string, number, string, object | undefined]>([
    ['compares a claim within', 70_000, hashed(pattern(70_000)), undefined],
    ['finds another digest', 70_000, 'other', { position: 70_000 }],
    ['finds the end of the file before', 100_000, hashed(pattern(100_000)), undefined],
  ])('%s', async (_case, length, digest, want) => {
    using folder = new Folder({ f: pattern(100_000) })
    const file = openFile(folder.at('f'))
    const [hash, claims] = [new PrefixHash(), [{ length, digest }]]
    const chunks: Buffer[] = []
    const found = await hashFile(file, hash, claims, 100_000, (bytes) =>
      chunks.push(Buffer.from(bytes)),
    )
    expect(found).toEqual(want && expect.objectContaining(want))
    expect(claims).toHaveLength(want === undefined ? 0 : 1)
    expect(Buffer.concat(chunks).equals(pattern(hash.length))).toBe(true)
    if (want === undefined) {
      expect(await hashFile(file, hash, [], 100_001)).toMatchObject({
        position: 100_000,
        reason: 'the file was truncated',
      })
    }
    await file.release()
  })
})
