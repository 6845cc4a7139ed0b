import type { Expectations } from '../validation/expectation.js'
import { byteCount, milliseconds } from '../validation/number-expectations.js'

/** The bounds of a log, and the time of its producers. */
export interface LogLimits {
  /**
   * ms for which an event is kept, and a stream that has no producer.
   *
   * @default 3_600_000
   */
  readonly maxAge?: number
  /**
   * Bytes of the events of one stream; the oldest ones are dropped.
   *
   * @default 8_388_608
   */
  readonly maxStreamBytes?: number
}

/** The expectations of {@link LogLimits}. */
export const LOG_LIMITS: Expectations<LogLimits> = {
  maxAge: milliseconds(1),
  maxStreamBytes: byteCount(1),
}

/** The defaults of {@link LogLimits}. */
export const DEFAULT_LIMITS = { maxAge: 3_600_000, maxStreamBytes: 8 * 1024 * 1024 } as const

/** Bytes that an event needs besides its text. */
export const EVENT_OVERHEAD = 96

/** Bytes of the text of an event and of what belongs to it. */
export function loggedSize(text: string, own: string | undefined): number {
  return Buffer.byteLength(text) + (own?.length ?? 0) + EVENT_OVERHEAD
}

/** Events of one batch. A reader has one batch at a time. */
export const BATCH_EVENTS = 256
