import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addSlice, bytesIn, missingSlices } from '../../../src/client/download/slice-set.js'
import type { Slice } from '../../../src/http/byte-range.js'

const SIZE = 60
const anySlice = fc
  .tuple(fc.nat(SIZE), fc.nat(SIZE))
  .map(([a, b]): Slice => ({ start: Math.min(a, b), end: Math.max(a, b) }))
const anySlices = fc.array(anySlice, { maxLength: 12 })

/** Which bytes of [0, SIZE) the slices contain. */
function bytesOf(slices: readonly Slice[]): boolean[] {
  return Array.from({ length: SIZE }, (_none, at) =>
    slices.some(({ start, end }) => start <= at && at < end),
  )
}

const union = (slices: readonly Slice[]) => slices.reduce<readonly Slice[]>(addSlice, [])

describe('addSlice', () => {
  it.each<[string, [number, number][], [number, number][]]>([
    ['a single slice', [[1, 3]], [[1, 3]]],
    ['an empty slice', [[4, 4]], []],
    [
      'disjoint slices in any order',
      [
        [5, 6],
        [1, 3],
      ],
      [
        [1, 3],
        [5, 6],
      ],
    ],
    [
      'adjacent slices',
      [
        [10, 20],
        [0, 5],
        [20, 30],
        [5, 10],
      ],
      [[0, 30]],
    ],
    [
      'overlapping slices',
      [
        [0, 5],
        [3, 8],
      ],
      [[0, 8]],
    ],
    [
      'a slice within another',
      [
        [0, 9],
        [3, 5],
      ],
      [[0, 9]],
    ],
  ])('merges %s', (_what, added, merged) => {
    const slices = union(added.map(([start, end]) => ({ start, end })))
    expect(slices).toEqual(merged.map(([start, end]) => ({ start, end })))
  })

  it('returns sorted slices that do not touch and contain exactly the added bytes', () => {
    fc.assert(
      fc.property(anySlices, (added) => {
        const slices = union(added)
        expect(bytesOf(slices)).toEqual(bytesOf(added))
        slices.forEach(({ start, end }, index) => {
          expect(start).toBeLessThan(end)
          expect(slices[index - 1]?.end ?? -1).toBeLessThan(start)
        })
      }),
    )
  })

  it('does not change the slices that it is given', () => {
    const slices = Object.freeze([Object.freeze({ start: 0, end: 5 })])
    expect(addSlice(slices, { start: 5, end: 7 })).toEqual([{ start: 0, end: 7 }])
  })
})

describe('missingSlices', () => {
  it('returns the complement in [0, size), before, between and after the slices', () => {
    const slices = [
      { start: 2, end: 4 },
      { start: 6, end: 8 },
    ]
    expect(missingSlices(slices, 10)).toEqual([
      { start: 0, end: 2 },
      { start: 4, end: 6 },
      { start: 8, end: 10 },
    ])
    expect(missingSlices([{ start: 0, end: 10 }], 10)).toEqual([])
    expect(missingSlices([], 0)).toEqual([])
  })

  it('returns exactly the bytes that the slices do not contain', () => {
    fc.assert(
      fc.property(anySlices, (added) => {
        const slices = union(added)
        const missing = missingSlices(slices, SIZE)
        expect(bytesOf(missing)).toEqual(bytesOf(slices).map((isStored) => !isStored))
        expect(bytesIn(missing) + bytesIn(slices)).toBe(SIZE)
      }),
    )
  })
})

describe('bytesIn', () => {
  it('adds up the lengths of the slices', () => {
    expect(bytesIn([])).toBe(0)
    expect(
      bytesIn([
        { start: 2, end: 4 },
        { start: 6, end: 9 },
      ]),
    ).toBe(5)
  })
})
