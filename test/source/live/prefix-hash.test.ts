import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { BLOCK, isBlock, PrefixHash } from '../../../src/source/live/prefix-hash.js'
import { pattern } from '../../fixture/files.js'

const BYTES = pattern(3 * BLOCK + 1_000)

function digestOf(length: number): string {
  const hash = new PrefixHash()
  hash.update(BYTES.subarray(0, length))
  return hash.digest()
}

it('PrefixHash has one digest for the same bytes, however they are divided', () => {
  const cuts = fc.array(fc.integer({ min: 0, max: BYTES.length }), { maxLength: 8 })
  fc.assert(
    fc.property(cuts, (positions) => {
      const hash = new PrefixHash()
      const ends = [...positions.sort((one, other) => one - other), BYTES.length]
      for (const end of ends) {
        hash.update(BYTES.subarray(hash.length, end))
        expect(hash.digest()).toBe(digestOf(end))
      }
      expect(hash.blocks).toHaveLength(3)
    }),
    { numRuns: 30 },
  )
})

it('PrefixHash has the digest of each shorter length', () => {
  const hash = new PrefixHash()
  hash.update(BYTES)
  for (const length of [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, BYTES.length]) {
    const rest = BYTES.subarray(length - (length % BLOCK), length)
    expect(hash.digestAt(length, rest)).toBe(digestOf(length))
  }
})

it('PrefixHash differs for other bytes and lengths, and isBlock compares a block', () => {
  expect(digestOf(BLOCK)).not.toBe(digestOf(BLOCK + 1))
  const other = Buffer.from(BYTES)
  other[5] = 1
  const hash = new PrefixHash()
  hash.update(other)
  expect(hash.digest()).not.toBe(digestOf(BYTES.length))
  const digest = createHash('sha256').update(BYTES.subarray(0, BLOCK)).digest()
  expect(isBlock(BYTES.subarray(0, BLOCK), digest)).toBe(true)
  expect(isBlock(other.subarray(0, BLOCK), digest)).toBe(false)
})
