import type { StreamLog } from '../stream-log/stream-log.js'
import {
  type Expectation,
  type Expectations,
  FUNCTION,
  objectWith,
  SIGNAL,
} from '../validation/expectation.js'
import { milliseconds, numberBetween, wholeNumber } from '../validation/number-expectations.js'
import { invalidSetting } from '../validation/option-error.js'
import { readNestedOptions, readOptions } from '../validation/read-options.js'
import type { EventStreamOptions, Reauthorize, StreamDefaults } from './stream-options.js'

/** Options of streams, settled. All times in ms. */
export interface StreamSettings {
  readonly heartbeat: number
  readonly openAfter: number
  readonly reauthorize: Reauthorize | undefined
  readonly reauthorizeInterval: number
  /** undefined: the client's default. */
  readonly retry: number | undefined
  readonly jitter: number
  readonly errorEvent: string
  readonly followIdle: number
  /** The log of streams with a key; undefined for one in memory. */
  readonly log: StreamLog | undefined
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
  log: undefined,
}

const NAME: Expectation = {
  expected: 'a name without CR, LF and NUL',
  accepts: (value) => typeof value === 'string' && /^[^\r\n\0]+$/.test(value),
}

const KEY: Expectation = {
  expected: 'a string of 1 to 1,024 characters',
  accepts: (value) => typeof value === 'string' && value.length > 0 && value.length <= 1024,
}
const LOG = objectWith(['claim', 'open'], 'a log: a memoryLog(), fileLog() or redisLog()')

/** The expectations of the options of event and row streams. */
const STREAM: Expectations<Omit<EventStreamOptions, 'signal' | 'key'>> = {
  heartbeat: milliseconds(0),
  openAfter: milliseconds(0),
  reauthorize: FUNCTION,
  reauthorizeInterval: milliseconds(0),
  retry: wholeNumber(0, undefined, 'ms'),
  jitter: numberBetween(0, 1),
  errorEvent: NAME,
  log: LOG,
}

const DEFAULT_OPTIONS: Expectations<StreamDefaults> = { ...STREAM, followIdle: milliseconds(0) }
const CALL_OPTIONS: Expectations<EventStreamOptions> = { ...STREAM, signal: SIGNAL, key: KEY }

/** The settings of one stream. */
export interface CallSettings extends StreamSettings {
  /** Cancels the stream when it is aborted. */
  readonly signal: AbortSignal | undefined
  /** undefined: the stream is not logged. */
  readonly key: string | undefined
}

/** Settles the defaults for all streams of a registration. @throws LastbyteError BAD_SETTING */
export function settleStreams(options?: StreamDefaults): StreamSettings {
  return Object.freeze({
    ...DEFAULTS,
    ...readNestedOptions('streams', options, DEFAULT_OPTIONS),
  })
}

/** Settles the options of one call over those of its registration. @throws LastbyteError BAD_SETTING */
export function settleStream(options: unknown, defaults: StreamSettings): CallSettings {
  const own = readOptions(options, CALL_OPTIONS)
  if (own.log !== undefined && own.key === undefined) {
    throw invalidSetting('key', 'expected the name of the stream in the log', undefined)
  }
  return Object.freeze({ ...defaults, signal: undefined, key: undefined, ...own })
}

/**
 * ms until a client reconnects, with random jitter, so that clients that were disconnected together
 * don't reconnect together; undefined for the client's default.
 *
 * @param chance in [0, 1)
 */
export function retryOf({ retry, jitter }: StreamSettings, chance: number): number | undefined {
  return retry === undefined ? undefined : Math.round(retry * (1 + jitter * chance))
}
