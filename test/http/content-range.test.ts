import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatContentRange,
  formatUnsatisfiedRange,
  isEndless,
  parseContentRange,
} from '../../src/http/content-range.js'
import { anyText } from '../fixture/any-text.js'

const LARGEST = Number.MAX_SAFE_INTEGER
const slice = (start: number, end: number, total?: number) => {
  return { kind: 'slice', slice: { start, end }, total }
}

describe('parseContentRange, for a valid header field,', () => {
  it.each([
    { section: '14.4', field: 'bytes 42-1233/1234', want: slice(42, 1234, 1234) },
    { section: '14.4', field: 'bytes 42-1233/*', want: slice(42, 1234) },
    { section: '14.4', field: 'bytes 0-499/1234', want: slice(0, 500, 1234) },
    { section: '14.4', field: 'bytes 734-1233/1234', want: slice(734, 1234, 1234) },
    { section: '14.4', field: 'bytes 0-0/1', want: slice(0, 1, 1) },
    { section: '14.4', field: 'bytes */1234', want: { kind: 'unsatisfied', total: 1234 } },
    { section: '14.4', field: 'bytes */0', want: { kind: 'unsatisfied', total: 0 } },
    { section: '14.1', field: 'BYTES 0-0/1', want: slice(0, 1, 1) },
    { section: '5.5', field: '\tbytes  0-0/1 ', want: slice(0, 1, 1) },
    { section: '14.4', field: `bytes 0-0/${LARGEST}`, want: slice(0, 1, LARGEST) },
    {
      section: '14.4',
      field: `bytes 0-${LARGEST - 1}/${LARGEST}`,
      want: slice(0, LARGEST, LARGEST),
    },
  ])('parses $field (RFC 9110 §$section)', ({ field, want }) => {
    expect(parseContentRange(field)).toEqual(want)
  })
})

describe('parseContentRange, for a response that must not be recombined,', () => {
  it.each([
    { section: '14.4', field: undefined },
    { section: '14.4', field: '' },
    { section: '14.4', field: 'garbage' },
    { section: '14.4', field: 'bytes 0-499' },
    { section: '14.4', field: 'bytes=0-499/1234' },
    { section: '14.4', field: 'bytes0-499/1234' },
    { section: '14.4', field: 'bytes 0-/1234' },
    { section: '14.4', field: 'bytes -500/1234' },
    { section: '14.4', field: 'bytes 0 - 499/1234' },
    { section: '14.4', field: 'bytes 0-499/' },
    { section: '14.4', field: 'bytes 0-499/-1' },
    { section: '14.4', field: 'bytes 0-499/1e9' },
    { section: '14.4', field: 'bytes 0-499/1234, bytes 0-499/1234' },
    { section: '14.4', field: 'bytes */*' },
    { section: '14.4', field: 'bytes 499-0/1234' },
    { section: '14.4', field: 'bytes 5-4/1234' },
    { section: '14.4', field: 'bytes 0-1234/1234' },
    { section: '14.4', field: 'bytes 1234-1234/1234' },
    { section: '14.4', field: 'bytes 0-0/0' },
    { section: '14.1', field: 'items 0-499/1234' },
    { section: '14.4', field: 'bytes 0-0/9007199254740993' },
    { section: '14.4', field: 'bytes 9007199254740992-9007199254740993/*' },
    { section: '14.4', field: `bytes 0-${LARGEST}/*` },
    { section: '14.4', field: `bytes */${'9'.repeat(400)}` },
  ])('is undefined for $field (RFC 9110 §$section)', ({ field }) => {
    expect(parseContentRange(field)).toBeUndefined()
  })
})

it('formatContentRange writes an inclusive last position (RFC 9110 §14.4)', () => {
  expect(formatContentRange({ start: 42, end: 1234 }, 1234)).toBe('bytes 42-1233/1234')
})

it('formatUnsatisfiedRange writes the current size (RFC 9110 §15.5.17)', () => {
  expect(formatUnsatisfiedRange(47_022)).toBe('bytes */47022')
})

describe('parseContentRange, for any header field,', () => {
  const positions = fc.uniqueArray(fc.maxSafeNat(), { minLength: 2, maxLength: 3 })

  it('returns what formatContentRange and formatUnsatisfiedRange were given', () => {
    fc.assert(
      fc.property(positions, (unordered) => {
        const [start = 0, end = 0, total = end] = unordered.sort((a, b) => a - b)
        expect(parseContentRange(formatContentRange({ start, end }, total))).toEqual(
          slice(start, end, total),
        )
        expect(parseContentRange(formatUnsatisfiedRange(total))).toEqual({
          kind: 'unsatisfied',
          total,
        })
      }),
    )
  })

  it('never throws and returns only safe integers', () => {
    fc.assert(
      fc.property(anyText('bytes ', '-', '/', '*', '0-', '/*'), fc.boolean(), (noise, unit) => {
        const read = parseContentRange(unit ? `bytes ${noise}` : noise)
        if (read === undefined) return
        const { start, end } = read.kind === 'slice' ? read.slice : { start: 0, end: 1 }
        const numbers = [start, end, read.total ?? end]
        expect(start < end && numbers.every(Number.isSafeInteger)).toBe(true)
      }),
    )
  })
})

describe('isEndless', () => {
  it.each([
    ['bytes 5-9007199254740991/*', true],
    ['bytes 5-18446744073709551616/*', true],
    ['bytes 5-999999999999/*', true],
    ['bytes 5-999999999998/*', false],
    ['bytes 5-9007199254740990/9007199254740991', false],
    ['bytes */5', false],
    [undefined, false],
  ])('of %j is %j', (field, want) => {
    expect(isEndless(field)).toBe(want)
  })
})
