import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compareUtf8 } from '../../src/archive/compare-utf8.js'

const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', 'é', '\ue000', '\uffff', '😀', '𐀀') })

it('Texts are compared by the bytes of their UTF-8', () => {
  fc.assert(
    fc.property(text, text, (one, other) => {
      const expected = Buffer.compare(Buffer.from(one), Buffer.from(other))
      expect(Math.sign(compareUtf8(one, other))).toBe(expected)
    }),
    { numRuns: 2000 },
  )
})
