import { delay } from '../async/delay.js'
import type { LastbyteError } from '../errors.js'
import type { RetryRules } from '../resume/retry-budget.js'
import type { Transport } from './platform/transport.js'

/** What a client tells of its troubles. */
export type ClientEvent =
  | {
      readonly type: 'retry'
      /** Tries in vain since the last byte. */
      readonly tries: number
      /** ms until the next. */
      readonly wait: number
      /** The next byte that is wanted. */
      readonly offset: number
      readonly error: LastbyteError
    }
  | { readonly type: 'restart'; readonly why: string }

/** How a client reads. */
export interface ReadPolicy {
  readonly transport: Transport
  readonly url: string
  /** The person's own request fields. */
  readonly fields: Readonly<Record<string, string>>
  /**
   * How a version is pinned: `if-match` for a reader to whom bytes were handed out, `if-range` for one
   * who can begin anew.
   */
  readonly pin: 'if-match' | 'if-range'
  /** ms in which the server must give something. */
  readonly stall: number
  readonly retry: RetryRules
  /** Whether a weak validator will do: the person's own choice. */
  readonly allowWeak: boolean
  /** Bytes a second, all connections together. */
  readonly limitRate: number
  readonly clock: ClientClock
  /** [0, 1). */
  readonly chance: () => number
  readonly onEvent: (event: ClientEvent) => void
}

export interface ClientClock {
  /** ms, on a clock that only goes on. */
  now(): number
  /** ms since the epoch. */
  date(): number
  /** Rejects with the signal's reason when that comes first. */
  wait(ms: number, signal: AbortSignal): Promise<void>
}

/** The platform's clock. */
export const CLOCK: ClientClock = {
  now: () => performance.now(),
  date: () => Date.now(),
  wait: delay,
}
