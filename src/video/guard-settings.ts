import { type Expectation, type Expectations, FUNCTION, TEXT } from '../validation/expectation.js'
import { milliseconds } from '../validation/number-expectations.js'
import { readOptions } from '../validation/read-options.js'
import type { GuardOptions } from './guard-options.js'

/** The options of a guard with their defaults. */
export interface GuardSettings {
  /** ms. */
  readonly retryFor: number
  /** ms. */
  readonly stall: number
  readonly status: NonNullable<GuardOptions['status']>
  readonly onState: NonNullable<GuardOptions['onState']>
  readonly recover: GuardOptions['recover']
  readonly source: string | undefined
  readonly fetch: typeof fetch
}

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

const TIME: Expectation = {
  expected: 'ms, 0 or more, or a text such as "10m"',
  accepts: (value) => !Number.isNaN(timeOf(value)),
}

const STATUS: Expectation = {
  expected: '"overlay", "none" or an element',
  accepts: (value) => value === 'overlay' || value === 'none' || isElement(value),
}

const OPTIONS: Expectations<GuardOptions> = {
  retryFor: TIME,
  stall: milliseconds(1),
  status: STATUS,
  onState: FUNCTION,
  recover: FUNCTION,
  source: TEXT,
  fetch: FUNCTION,
}

/** @throws LastbyteError BAD_SETTING */
export function settleGuardOptions(options: GuardOptions | undefined): GuardSettings {
  const { retryFor, stall, status, onState, recover, source, fetch } = readOptions(options, OPTIONS)
  return {
    retryFor: retryFor === undefined ? 600_000 : timeOf(retryFor),
    stall: stall ?? 10_000,
    status: status ?? 'overlay',
    onState: onState ?? (() => {}),
    recover,
    source,
    // Detached from its window, fetch throws.
    fetch: fetch ?? ((input, init) => globalThis.fetch(input, init)),
  }
}

/** ms; NaN: not a time. */
function timeOf(value: unknown): number {
  if (typeof value === 'number') return value >= 0 ? value : Number.NaN
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(String(value)) ?? []
  return Number(amount) * (UNITS[unit as keyof typeof UNITS] ?? Number.NaN)
}

function isElement(value: unknown): boolean {
  return typeof value === 'object' && (value as Partial<Node> | null)?.nodeType === 1
}
