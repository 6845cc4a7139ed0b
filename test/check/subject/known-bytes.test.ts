import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KnownBytes } from '../../../src/check/subject/known-bytes.js'

describe('the bytes that are known of a representation', () => {
  it('agree with slices of the same bytes, and find the first byte that differs', () => {
    const slice = fc
      .tuple(fc.nat(99), fc.nat(99))
      .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 100, maxLength: 100 }),
        fc.array(slice, { maxLength: 5 }),
        slice,
        fc.nat(99),
        (content, slices, [start, end], wrong) => {
          const whole = Buffer.from(content)
          const known = new KnownBytes()
          for (const [from, to] of slices) known.add(from, whole.subarray(from, to))
          expect(known.firstDifference(start, whole.subarray(start, end))).toBeUndefined()
          const changed = Buffer.from(whole)
          changed[wrong] = (changed[wrong] ?? 0) ^ 1
          const isKnown = slices.some(([from, to]) => from <= wrong && wrong < to)
          const isCompared = isKnown && start <= wrong && wrong < end
          expect(known.firstDifference(start, changed.subarray(start, end))).toBe(
            isCompared ? wrong : undefined,
          )
        },
      ),
    )
  })

  it('are given where one response had all of them', () => {
    const known = new KnownBytes()
    known.add(10, Buffer.from('abcdef'))
    expect(known.slice(12, 14)?.toString()).toBe('cd')
    expect(known.slice(10, 16)?.toString()).toBe('abcdef')
    expect(known.slice(9, 12)).toBeUndefined()
    expect(known.slice(12, 17)).toBeUndefined()
  })
})
