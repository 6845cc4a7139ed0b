import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type ByteRange,
  decideRange,
  firstRange,
  type Slice,
  totalLength,
} from '../../src/http/byte-range.js'
import { anyText } from '../fixture/any-text.js'

const whole: ByteRange = { kind: 'whole' }
const unsatisfiable: ByteRange = { kind: 'unsatisfiable' }
const slices = (...pairs: [start: number, end: number][]) => ({
  kind: 'slices',
  slices: pairs.map(([start, end]) => ({ start, end })),
})
const HUGE = '9'.repeat(400)
const BEYOND = '9007199254740993' // 2^53 + 1, which a number can't represent

describe('decideRange, for a satisfiable Range header field,', () => {
  it.each([
    { section: '14.1.2', header: 'bytes=0-499', size: 10_000, want: slices([0, 500]) },
    { section: '14.1.2', header: 'bytes=500-999', size: 10_000, want: slices([500, 1000]) },
    { section: '14.1.2', header: 'bytes=0-0', size: 10_000, want: slices([0, 1]) },
    { section: '14.1.2', header: 'bytes=9500-', size: 10_000, want: slices([9500, 10_000]) },
    { section: '14.1.2', header: 'bytes=-500', size: 10_000, want: slices([9500, 10_000]) },
    {
      section: '14.1.2',
      header: 'bytes=0-0,-1',
      size: 10_000,
      want: slices([0, 1], [9999, 10_000]),
    },
    { section: '14.1.2', header: 'bytes=0-', size: 1000, want: slices([0, 1000]) },
    { section: '14.1.2', header: 'bytes=999-', size: 1000, want: slices([999, 1000]) },
    { section: '14.1.2', header: 'bytes=990-1000', size: 1000, want: slices([990, 1000]) },
    { section: '14.1.2', header: `bytes=990-${BEYOND}`, size: 1000, want: slices([990, 1000]) },
    { section: '14.1.2', header: `bytes=990-${HUGE}`, size: 1000, want: slices([990, 1000]) },
    { section: '14.1.2', header: 'bytes=007-0009', size: 1000, want: slices([7, 10]) },
    { section: '14.1.2', header: 'bytes=-1000', size: 1000, want: slices([0, 1000]) },
    { section: '14.1.2', header: 'bytes=-5000', size: 1000, want: slices([0, 1000]) },
    { section: '14.1.2', header: `bytes=-${HUGE}`, size: 1000, want: slices([0, 1000]) },
    { section: '14.1', header: 'BYTES=0-1', size: 1000, want: slices([0, 2]) },
    { section: '14.1', header: 'Bytes=0-1', size: 1000, want: slices([0, 2]) },
    { section: '14.2', header: 'bytes=500-,0-1', size: 1000, want: slices([500, 1000], [0, 2]) },
    { section: '14.2', header: 'bytes=0-9,5-14', size: 1000, want: slices([0, 10], [5, 15]) },
    { section: '14.2', header: 'bytes=0-9,10-19', size: 1000, want: slices([0, 10], [10, 20]) },
    { section: '14.2', header: 'bytes=0-9,0-9', size: 1000, want: slices([0, 10], [0, 10]) },
    {
      section: '14.2',
      header: 'bytes=0-499,500-',
      size: 1000,
      want: slices([0, 500], [500, 1000]),
    },
    { section: '14.2', header: 'bytes=1000-,0-9', size: 1000, want: slices([0, 10]) },
    { section: '14.2', header: 'bytes=-0,0-9', size: 1000, want: slices([0, 10]) },
    { section: '5.6.1.2', header: 'bytes=0-1,,5-6,', size: 1000, want: slices([0, 2], [5, 7]) },
    { section: '5.6.1.2', header: 'bytes=,0-1', size: 1000, want: slices([0, 2]) },
    { section: '5.6.1', header: 'bytes=0-1 ,\t5-6', size: 1000, want: slices([0, 2], [5, 7]) },
  ])('selects slices of $size bytes for $header (RFC 9110 §$section)', ({ header, size, want }) => {
    expect(decideRange(header, size)).toEqual(want)
  })
})

describe('decideRange, for a Range header field without a satisfiable range,', () => {
  it.each([
    { section: '14.1.2', header: 'bytes=1000-', size: 1000 },
    { section: '14.1.2', header: 'bytes=1000-1000', size: 1000 },
    { section: '14.1.2', header: 'bytes=2000-3000,4000-', size: 1000 },
    { section: '14.1.2', header: `bytes=${BEYOND}-`, size: 1000 },
    { section: '14.1.2', header: `bytes=${HUGE}-${HUGE}`, size: 1000 },
    { section: '14.1.2', header: 'bytes=-0', size: 1000 },
    { section: '14.1.2', header: 'bytes=-000', size: 1000 },
    { section: '14.1.2', header: 'bytes=-0,-0', size: 1000 },
    { section: '14.1.2', header: 'bytes=0-', size: 0 },
    { section: '14.1.2', header: 'bytes=0-0', size: 0 },
    { section: '14.1.2', header: 'bytes=-0', size: 0 },
  ])('is unsatisfiable for $header of $size bytes (RFC 9110 §$section)', ({ header, size }) => {
    expect(decideRange(header, size)).toEqual(unsatisfiable)
  })
})

describe('decideRange, for a Range header field that must be ignored,', () => {
  it.each([
    { section: '14.2', header: undefined, size: 1000 },
    { section: '14.2', header: '', size: 1000 },
    { section: '14.2', header: 'garbage', size: 1000 },
    { section: '14.2', header: 'bytes', size: 1000 },
    { section: '14.2', header: 'bytes=', size: 1000 },
    { section: '14.2', header: 'bytes=,', size: 1000 },
    { section: '14.2', header: 'bytes=-', size: 1000 },
    { section: '14.2', header: 'bytes=10', size: 1000 },
    { section: '14.2', header: 'bytes=a-b', size: 1000 },
    { section: '14.2', header: 'bytes=0-1-2', size: 1000 },
    { section: '14.2', header: 'bytes=--1', size: 1000 },
    { section: '14.2', header: 'bytes=+1-2', size: 1000 },
    { section: '14.2', header: 'bytes=0x1-0x2', size: 1000 },
    { section: '14.2', header: 'bytes=1e1-', size: 1000 },
    { section: '14.2', header: 'bytes=0 - 5', size: 1000 },
    { section: '14.2', header: 'bytes=0-1;2-3', size: 1000 },
    { section: '14.2', header: 'bytes=0-1,x', size: 1000 },
    { section: '14.2', header: 'bytes =0-1', size: 1000 },
    { section: '14.2', header: 'bytes:0-1', size: 1000 },
    { section: '14.1.1', header: 'bytes=5-4', size: 1000 },
    { section: '14.1.1', header: 'bytes=5-4', size: 0 },
    { section: '14.1.1', header: 'bytes=0-1,5-4', size: 1000 },
    { section: '14.1.1', header: `bytes=${BEYOND}-9007199254740992`, size: 1000 },
    { section: '14.1', header: 'items=0-5', size: 1000 },
    { section: '14.1', header: 'kilobytes=0-5', size: 1000 },
    { section: '14.1', header: 'none=0-5', size: 1000 },
    { section: '14.1.2', header: 'bytes=-5', size: 0 },
    { section: '14.1.2', header: 'bytes=0-0,-5', size: 0 },
    { section: '17.15', header: 'bytes=0-,0-', size: 1000 },
    { section: '17.15', header: 'bytes=0-500,500-', size: 1000 },
    { section: '17.15', header: 'bytes=-9999,0-0', size: 1000 },
    { section: '17.15', header: `bytes=${'0-,'.repeat(50)}`, size: 1_000_000 },
    { section: '17.15', header: `bytes=${'0-0,'.repeat(51)}`, size: 1_000_000 },
    { section: '17.15', header: `bytes=${'0-0,'.repeat(1300)}`, size: 1_000_000 },
  ])(
    'selects the whole representation for $header of $size bytes (RFC 9110 §$section)',
    ({ header, size }) => {
      expect(decideRange(header, size)).toEqual(whole)
    },
  )
})

it('decideRange selects 50 slices for 50 ranges, the most that it allows (RFC 9110 §17.15)', () => {
  const decided = decideRange(`bytes=${'0-0,'.repeat(50)}`, 1000)
  expect(decided.kind === 'slices' && decided.slices).toHaveLength(50)
})

describe('decideRange, for any Range header field,', () => {
  const position = fc.nat(3000)
  const spec = fc.oneof(
    fc.tuple(position, position).map(([first, length]) => `${first}-${first + length}`),
    position.map((first) => `${first}-`),
    position.map((length) => `-${length}`),
  )

  /** An independent reading of RFC 9110 §14.1.2 for one range-spec; undefined if it is unsatisfiable. */
  function sliceOf(text: string, size: number): Slice | undefined {
    const [first, last] = text.split('-')
    const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
    const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1)
    return start < end ? { start, end } : undefined
  }

  it('selects one slice for each satisfiable range-spec, in the order of the field', () => {
    const specs = fc.array(spec, { minLength: 1, maxLength: 55 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2500 }), specs, (size, requested) => {
        const found = requested
          .map((text) => sliceOf(text, size))
          .filter((one) => one !== undefined)
        const tooMuch = found.length > 1 && totalLength(found) > size
        const satisfied = found.length === 0 ? unsatisfiable : { kind: 'slices', slices: found }
        const want = requested.length > 50 || tooMuch ? whole : satisfied
        expect(decideRange(`bytes=${requested.join(',')}`, size)).toEqual(want)
      }),
    )
  })

  it('never throws and never selects bytes beyond the representation', () => {
    const text = anyText('bytes=', '-', '0-', '-1', '5-4', '=')
    fc.assert(
      fc.property(text, fc.boolean(), fc.maxSafeNat(), (noise, unit, size) => {
        const decided = decideRange(unit ? `bytes=${noise}` : noise, size)
        if (decided.kind !== 'slices') return
        for (const { start, end } of decided.slices) {
          expect(0 <= start && start < end && end <= size).toBe(true)
        }
        expect(decided.slices.length === 1 || totalLength(decided.slices) <= size).toBe(true)
      }),
    )
  })
})

describe('firstRange, for an object store that serves one range,', () => {
  it.each([
    ['bytes=0-9', 'bytes=0-9', false],
    ['bytes=5-', 'bytes=5-', false],
    ['Bytes=-5', 'bytes=-5', false],
    ['bytes=0-9, 20-29', 'bytes=0-9', true],
    ['bytes= , 7-8', 'bytes=7-8', false],
  ])('reduces %s to %s; further ranges: %s', (field, first, more) => {
    expect(firstRange(field)).toEqual({ field: first, more })
  })

  it.each([undefined, '', 'bytes=', 'bytes=9-5', 'bytes=a', 'lines=0-9', 'bytes=0-1,x'])(
    'is undefined for %s, which must be ignored',
    (field) => expect(firstRange(field)).toBeUndefined(),
  )

  it('is undefined for more than 50 ranges (RFC 9110 §17.15)', () => {
    const field = `bytes=${Array.from({ length: 51 }, (_none, at) => `${at}-${at}`).join()}`
    expect(firstRange(field)).toBeUndefined()
  })
})
