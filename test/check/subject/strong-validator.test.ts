import { expect, it } from 'vitest'
import type { Exchange } from '../../../src/check/subject/exchange.js'
import {
  hasStrongValidator,
  hasWeakTag,
  validatorOfExchange,
} from '../../../src/check/subject/strong-validator.js'

const DATE = ['Date', 'Wed, 01 Jan 2025 00:02:00 GMT'] as const
const OLD = ['Last-Modified', 'Wed, 01 Jan 2025 00:00:00 GMT'] as const
const RECENT = ['Last-Modified', 'Wed, 01 Jan 2025 00:01:30 GMT'] as const

it.each([
  { lines: [['ETag', '"a"']], kind: 'strong', isStrong: true },
  { lines: [['ETag', 'W/"a"']], kind: 'weak', isStrong: false },
  { lines: [DATE, OLD], kind: 'date', isStrong: true },
  { lines: [DATE, RECENT], kind: 'weak', isStrong: false },
  { lines: [['ETag', 'W/"a"'], DATE, OLD], kind: 'date', isStrong: true },
  { lines: [['ETag', '"a"'], DATE, RECENT], kind: 'strong', isStrong: true },
  { lines: [], kind: 'none', isStrong: false },
] as const)('a response with $lines has a validator of kind $kind', ({ lines, kind, isStrong }) => {
  const exchange = { status: 200, lines } as unknown as Exchange
  expect(validatorOfExchange(exchange).kind).toBe(kind)
  expect(hasStrongValidator(exchange)).toBe(isStrong)
})

it.each([
  [[['ETag', 'W/"a"']], true],
  [[['ETag', '"a"']], false],
  [[['ETag', 'a']], false],
  [[], false],
] as const)('a response with %j has a weak tag: %s', (lines, isWeak) => {
  expect(hasWeakTag({ status: 200, lines } as unknown as Exchange)).toBe(isWeak)
})
