import type { EventStreamOptions, Reauthorize, StreamDefaults } from './stream-options.js'
import { type Expectation, FUNCTION, SIGNAL, validate, WAIT } from './validate.js'

/** Options of streams, settled. All times in ms. */
export interface StreamSettings {
  readonly heartbeat: number
  readonly openAfter: number
  readonly reauthorize: Reauthorize | undefined
  readonly reauthorizeInterval: number
  /** undefined: as the client likes. */
  readonly retry: number | undefined
  readonly jitter: number
  readonly errorEvent: string
  readonly followIdle: number
}

const DEFAULTS: StreamSettings = {
  heartbeat: 15_000,
  openAfter: 1_000,
  reauthorize: undefined,
  reauthorizeInterval: 60_000,
  retry: undefined,
  jitter: 0.5,
  errorEvent: 'error',
  followIdle: 60_000,
}

const WANTS: Record<keyof StreamDefaults, Expectation> = {
  heartbeat: WAIT,
  openAfter: WAIT,
  reauthorize: FUNCTION,
  reauthorizeInterval: WAIT,
  retry: ['whole ms of 0 or more', (value) => Number.isSafeInteger(value) && Number(value) >= 0],
  jitter: ['a number from 0 to 1', (value) => Number(value) >= 0 && Number(value) <= 1],
  errorEvent: ['a name without CR, LF or NUL', (value) => /^[^\r\n\0]+$/.test(String(value))],
  followIdle: WAIT,
}

/** Settles what holds for all streams of a registration. @throws LastbyteError BAD_SETTING */
export function settleStreams(options: StreamDefaults = {}): StreamSettings {
  validate(options, WANTS, 'streams.')
  return Object.freeze({ ...DEFAULTS, ...withoutAbsent(options) })
}

/** Settles the options of one call over those of its registration. @throws LastbyteError BAD_SETTING */
export function settleStream(
  { signal, ...options }: EventStreamOptions,
  defaults: StreamSettings,
): StreamSettings {
  const { followIdle: _ofFiles, ...wants } = WANTS
  validate({ ...options, signal }, { ...wants, signal: SIGNAL })
  return { ...defaults, ...withoutAbsent(options) }
}

/** The time that one client is told to wait, so that not all come back at once. `chance`: in [0, 1). */
export function retryOf({ retry, jitter }: StreamSettings, chance: number): number | undefined {
  return retry === undefined ? undefined : Math.round(retry * (1 + jitter * chance))
}

function withoutAbsent<T extends object>(
  options: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given) as { [K in keyof T]?: Exclude<T[K], undefined> }
}
