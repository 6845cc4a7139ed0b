import type { Expectation } from './expectation.js'

/** A time for a timer of any length, fractions included. */
export function milliseconds(least: 0 | 1): Expectation {
  return {
    expected: `a number of ms, ${least} or more`,
    accepts: (value) => Number.isFinite(value) && Number(value) >= least,
  }
}

/** A time that is compared with a clock and sets no timer: `Infinity` is for ever. */
export const PERIOD: Expectation = {
  expected: 'a number of ms, 0 or more, or Infinity',
  accepts: (value) => typeof value === 'number' && value >= 0,
}

/**
 * A whole number that JavaScript represents exactly.
 *
 * @param unit such as `bytes`; without, the number has none
 */
export function wholeNumber(
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
  unit?: string,
): Expectation {
  const noun = unit === undefined ? 'a whole number' : `a whole number of ${unit}`
  const isUnbounded = most === Number.MAX_SAFE_INTEGER
  return {
    expected: isUnbounded ? `${noun}, ${least} or more` : `${noun} from ${least} to ${most}`,
    accepts: (value) => isWholeNumber(value) && value >= least && value <= most,
  }
}

/** Bytes. */
export function byteCount(least: 0 | 1): Expectation {
  return wholeNumber(least, Number.MAX_SAFE_INTEGER, 'bytes')
}

/** From `least` to `most`, both included. */
export function numberBetween(least: number, most: number): Expectation {
  return {
    expected: `a number from ${least} to ${most}`,
    accepts: (value) => typeof value === 'number' && value >= least && value <= most,
  }
}

export function isWholeNumber(value: unknown): value is number {
  return Number.isSafeInteger(value)
}
