import parseRange from 'range-parser'

/** A byte range of a representation, half-open: `[start, end)`. */
export interface Slice {
  readonly start: number
  readonly end: number
}

/** The outcome of a Range header field for a representation of a known size. */
export type ByteRange =
  | { readonly kind: 'whole' }
  | { readonly kind: 'slices'; readonly slices: readonly [Slice, ...Slice[]] }
  | { readonly kind: 'unsatisfiable' }

/** A field with more ranges is treated as an attack and ignored (RFC 9110 §17.15). */
export const MAX_RANGES = 50

const WHOLE: ByteRange = { kind: 'whole' }
const UNSATISFIABLE: ByteRange = { kind: 'unsatisfiable' }
const INT_RANGE = /^(\d+)-(\d*)$/
const SUFFIX_RANGE = /^-(\d+)$/

/**
 * Evaluates a Range header field (RFC 9110 §14.2) against a representation of `size` bytes.
 *
 * The field is ignored (`whole`) if it is absent, malformed or of another unit, has too many ranges,
 * or selects more bytes than the representation has. Order and overlap are kept as requested.
 * range-parser does the arithmetic; the forms that it accepts wrongly (other units, `5-4`, suffixes
 * larger than the size, empty list members) are handled before it is called.
 */
export function decideRange(field: string | undefined, size: number): ByteRange {
  const specs = field === undefined ? undefined : rangeSpecs(field)
  if (specs === undefined || specs.length > MAX_RANGES) return WHOLE

  const requested = specs.map((spec) => clampSuffix(spec, size)).filter((spec) => spec !== '-0')
  if (requested.length === 0) return UNSATISFIABLE
  if (size === 0) return requested.some((spec) => SUFFIX_RANGE.test(spec)) ? WHOLE : UNSATISFIABLE

  const parsed = parseRange(size, `bytes=${requested.join(',')}`)
  const satisfiable = Array.isArray(parsed) ? parsed : []
  const [first, ...rest] = satisfiable.map(({ start, end }) => ({ start, end: end + 1 }))
  if (first === undefined) return UNSATISFIABLE
  const slices: [Slice, ...Slice[]] = [first, ...rest]
  return slices.length > 1 && totalLength(slices) > size ? WHOLE : { kind: 'slices', slices }
}

/** The range to request from an object store before the size is known. */
export interface FirstRange {
  /** The value of a Range header field with one range. */
  readonly field: string
  /** Whether the request has further ranges. */
  readonly more: boolean
}

/**
 * The first range of a Range header field, for object stores that serve only one. undefined if
 * `decideRange` ignores the field for every size.
 */
export function firstRange(field: string | undefined): FirstRange | undefined {
  const specs = field === undefined ? undefined : rangeSpecs(field)
  if (specs === undefined || specs.length > MAX_RANGES) return undefined
  return { field: `bytes=${specs[0]}`, more: specs.length > 1 }
}

/** Bytes of all slices; overlapping bytes count once for each slice, as they are sent. */
export function totalLength(slices: readonly Slice[]): number {
  return slices.reduce((sum, slice) => sum + slice.end - slice.start, 0)
}

/** The range-specs of a valid `bytes` field, or undefined if RFC 9110 §14.2 says to ignore it. */
function rangeSpecs(field: string): string[] | undefined {
  if (!/^bytes=/i.test(field)) return undefined
  const specs = field
    .slice('bytes='.length)
    .split(',')
    .map((spec) => spec.trim())
    .filter((spec) => spec !== '')
  return specs.length > 0 && specs.every(isRangeSpec) ? specs : undefined
}

/** RFC 9110 §14.1.1: an int-range whose last position precedes its first is invalid, not unsatisfiable. */
function isRangeSpec(spec: string): boolean {
  const [, first, last] = INT_RANGE.exec(spec) ?? []
  if (first === undefined) return SUFFIX_RANGE.test(spec)
  return last === '' || BigInt(last as string) >= BigInt(first)
}

/** RFC 9110 §14.1.2: a suffix longer than the representation selects all of it. */
function clampSuffix(spec: string, size: number): string {
  const [, suffix] = SUFFIX_RANGE.exec(spec) ?? []
  if (suffix === undefined) return spec
  const length = BigInt(suffix)
  if (length === 0n) return '-0'
  return length > BigInt(size) ? `-${Math.max(size, 1)}` : spec
}
