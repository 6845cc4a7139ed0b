import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesOf, seededRandom } from '../../src/fault/seeded-random.js'

describe('seededRandom', () => {
  it('returns a number from 0 to less than 1 that only its arguments determine', () =>
    fc.assert(
      fc.property(fc.nat(), fc.array(fc.oneof(fc.string(), fc.integer())), (seed, parts) => {
        const drawn = seededRandom(seed, ...parts)
        expect(drawn).toBeGreaterThanOrEqual(0)
        expect(drawn).toBeLessThan(1)
        expect(seededRandom(seed, ...parts)).toBe(drawn)
        expect(seededRandom(seed + 1, ...parts)).not.toBe(drawn)
      }),
    ))

  it('distinguishes parts whose texts concatenate to the same', () => {
    expect(seededRandom(1, 'a', 'b')).not.toBe(seededRandom(1, 'ab'))
    expect(seededRandom(1, 1)).not.toBe(seededRandom(1, '1'))
  })

  it('is distributed evenly: each tenth gets 6 to 14 percent of 1000 draws', () => {
    const counts = Array<number>(10).fill(0)
    for (let n = 0; n < 1000; n += 1) {
      const tenth = Math.floor(seededRandom(7, n) * 10)
      counts[tenth] = (counts[tenth] ?? 0) + 1
    }
    for (const count of counts) {
      expect(count).toBeGreaterThan(60)
      expect(count).toBeLessThan(140)
    }
  })
})

describe('bytesOf', () => {
  it.each([0, 1, 31, 32, 33, 1000])(
    'returns %i bytes that only its arguments determine',
    (length) => {
      const bytes = bytesOf(length, 7, 'part')
      expect(bytes).toHaveLength(length)
      expect(bytesOf(length, 7, 'part')).toEqual(bytes)
      if (length > 0) expect(bytesOf(length, 8, 'part')).not.toEqual(bytes)
    },
  )

  it('does not repeat a block', () => {
    const bytes = bytesOf(64, 7)
    expect(bytes.subarray(0, 32)).not.toEqual(bytes.subarray(32))
  })
})
