import { LastbyteError } from '../errors.js'
import type { GuardOptions } from './guard-options.js'

/** The options of a guard with their defaults. */
export interface GuardSettings {
  /** ms. */
  readonly retryFor: number
  /** ms. */
  readonly stall: number
  /** undefined: `auto`. */
  readonly worker: string | undefined
  readonly status: NonNullable<GuardOptions['status']>
  readonly onState: NonNullable<GuardOptions['onState']>
  readonly onEvent: NonNullable<GuardOptions['onEvent']>
  readonly recover: GuardOptions['recover']
  readonly source: string | undefined
  readonly fetch: typeof fetch
}

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

const isFunction = (value: unknown) => typeof value === 'function'
const FUNCTION = [isFunction, 'a function'] as const

/**
 * What each option must be. The validator of the server's options would double the size of this part, which
 * every page with a video loads.
 */
const OPTIONS: Record<keyof GuardOptions, readonly [(value: unknown) => boolean, string]> = {
  retryFor: [(value) => timeOf(value) >= 0, 'ms, 0 or more, or a text such as "10m"'],
  stall: [(value) => Number(value) >= 1 && Number.isFinite(value), 'a number of ms, 1 or more'],
  worker: [(value) => typeof value === 'string' && value !== '', '"auto", "off" or a URL'],
  status: [
    (value) => value === 'overlay' || value === 'none' || isElement(value),
    '"overlay", "none" or an element',
  ],
  onState: FUNCTION,
  onEvent: FUNCTION,
  recover: FUNCTION,
  source: [(value) => typeof value === 'string' && value !== '', 'a URL'],
  fetch: FUNCTION,
}

/** @throws LastbyteError BAD_SETTING */
export function settleGuardOptions(options: GuardOptions = {}): GuardSettings {
  for (const [name, value] of Object.entries(options)) {
    const known = Object.hasOwn(OPTIONS, name) ? OPTIONS[name as keyof GuardOptions] : undefined
    if (known === undefined) refuse(`unknown option; known options: ${Object.keys(OPTIONS)}`, name)
    else if (value !== undefined && !known[0](value)) refuse(`expected ${known[1]}`, name)
  }
  const { retryFor = 600_000, worker = 'auto', fetch } = options
  return {
    retryFor: timeOf(retryFor),
    stall: options.stall ?? 10_000,
    worker: worker === 'auto' ? undefined : worker,
    status: options.status ?? 'overlay',
    onState: shielded(options.onState),
    onEvent: shielded(options.onEvent),
    recover: options.recover,
    source: options.source,
    // Detached from its window, fetch throws.
    fetch: fetch ?? ((input, init) => globalThis.fetch(input, init)),
  }
}

/** What an application's callback throws is reported as an error of the page; the guard goes on. */
function shielded<T>(callback: ((value: T) => void) | undefined): (value: T) => void {
  return (value) => {
    try {
      callback?.(value)
    } catch (error) {
      reportError(error)
    }
  }
}

function refuse(problem: string, option: string): never {
  throw new LastbyteError('BAD_SETTING', `${option}: ${problem}`, { option })
}

/** ms; NaN: not a time. */
function timeOf(value: unknown): number {
  if (typeof value === 'number') return value
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(String(value)) ?? []
  return Number(amount) * (UNITS[unit as keyof typeof UNITS] ?? Number.NaN)
}

function isElement(value: unknown): boolean {
  return typeof value === 'object' && (value as Partial<Node> | null)?.nodeType === 1
}
