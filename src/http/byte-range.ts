import parseRange from 'range-parser'

/** Bytes from `start` up to, not including, `end`: positions in the representation. */
export interface Slice {
  readonly start: number
  readonly end: number
}

/** What a Range field asks of a representation of a known size. */
export type ByteRange =
  | { readonly kind: 'whole' }
  | { readonly kind: 'slices'; readonly slices: readonly [Slice, ...Slice[]] }
  | { readonly kind: 'unsatisfiable' }

/** More ranges than this in one field are an attack rather than a wish (RFC 9110 §17.15). */
export const MOST_RANGES = 50

const WHOLE: ByteRange = { kind: 'whole' }
const UNSATISFIABLE: ByteRange = { kind: 'unsatisfiable' }
const INT_RANGE = /^(\d+)-(\d*)$/
const SUFFIX_RANGE = /^-(\d+)$/

/**
 * Reads a Range field (RFC 9110 §14.2) against a representation of `size` bytes.
 *
 * A field that is absent, malformed, of another unit, or that asks for more than is reasonable is
 * ignored: `whole`. Order and overlap are kept as asked. range-parser does the arithmetic; what it
 * takes too lightly (units, `5-4`, suffixes larger than the size, empty list members) is settled
 * before it is asked.
 */
export function decideRange(field: string | undefined, size: number): ByteRange {
  const specs = field === undefined ? undefined : rangeSpecs(field)
  if (specs === undefined || specs.length > MOST_RANGES) return WHOLE

  const asked = specs.map((spec) => clampSuffix(spec, size)).filter((spec) => spec !== '-0')
  if (asked.length === 0) return UNSATISFIABLE
  if (size === 0) return asked.some((spec) => SUFFIX_RANGE.test(spec)) ? WHOLE : UNSATISFIABLE

  const parsed = parseRange(size, `bytes=${asked.join(',')}`)
  const satisfiable = Array.isArray(parsed) ? parsed : []
  const [first, ...rest] = satisfiable.map(({ start, end }) => ({ start, end: end + 1 }))
  if (first === undefined) return UNSATISFIABLE
  const slices: [Slice, ...Slice[]] = [first, ...rest]
  return slices.length > 1 && totalLength(slices) > size ? WHOLE : { kind: 'slices', slices }
}

/** What to ask a store for before the size is known. */
export interface FirstRange {
  /** The value of a Range field with one range. */
  readonly field: string
  /** Whether more ranges are wanted besides. */
  readonly more: boolean
}

/**
 * The one range to ask a store for where a request brings this field: its only one, or the first of
 * several. undefined where `decideRange` would ignore the field whatever the size.
 */
export function firstRange(field: string | undefined): FirstRange | undefined {
  const specs = field === undefined ? undefined : rangeSpecs(field)
  if (specs === undefined || specs.length > MOST_RANGES) return undefined
  return { field: `bytes=${specs[0]}`, more: specs.length > 1 }
}

/** Bytes that the slices hold together; overlaps count each time that they are sent. */
export function totalLength(slices: readonly Slice[]): number {
  return slices.reduce((sum, slice) => sum + slice.end - slice.start, 0)
}

/** The range-specs of a valid `bytes` field, or undefined where RFC 9110 §14.2 has it ignored. */
function rangeSpecs(field: string): string[] | undefined {
  if (!/^bytes=/i.test(field)) return undefined
  const specs = field
    .slice('bytes='.length)
    .split(',')
    .map((spec) => spec.trim())
    .filter((spec) => spec !== '')
  return specs.length > 0 && specs.every(isRangeSpec) ? specs : undefined
}

/** §14.1.1: an int-range whose last position is before its first is invalid, not unsatisfiable. */
function isRangeSpec(spec: string): boolean {
  const [, first, last] = INT_RANGE.exec(spec) ?? []
  if (first === undefined) return SUFFIX_RANGE.test(spec)
  return last === '' || BigInt(last as string) >= BigInt(first)
}

/** §14.1.2: a suffix longer than the representation means all of it. */
function clampSuffix(spec: string, size: number): string {
  const [, suffix] = SUFFIX_RANGE.exec(spec) ?? []
  if (suffix === undefined) return spec
  const length = BigInt(suffix)
  if (length === 0n) return '-0'
  return length > BigInt(size) ? `-${Math.max(size, 1)}` : spec
}
