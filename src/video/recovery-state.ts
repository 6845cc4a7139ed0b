import type { MediaVersion } from './media-version.js'
import type { ProbeResult } from './probe.js'

/**
 * Why playback stopped. `broken`: the bytes can't be decoded, or too few arrived to begin; `foreign`: the
 * same, of a type that the browser doesn't know.
 */
export type FailureCause = 'connection' | 'stalled' | 'broken' | 'foreign'

/** Why the media doesn't play right now. `unavailable`: 503, 429 and others. */
export type OutageReason = Exclude<FailureCause, 'foreign'> | 'unreachable' | 'unavailable'

/** Why the guard stopped trying: `gone` is 404 or 410, `refused` another final status. */
export type FinalReason = 'time' | 'gone' | 'refused' | 'unplayable'

export interface Outage {
  /** ms, of the clock that is passed in. */
  readonly since: number
  /** Loads and requests so far that brought no progress; 0: nothing has failed. */
  readonly attempt: number
  /** Loads in a row of a file that the server sends but the browser can't play. */
  readonly unplayable: number
  readonly reason: OutageReason
}

export type Recovery = { readonly pin: MediaVersion | undefined } & (
  | { readonly phase: 'steady' }
  | ({ readonly phase: 'probing' } & Outage)
  /** `next`: when the wait is over, in ms of the clock. `firm`: the server asked for the wait. */
  | ({ readonly phase: 'waiting'; readonly next: number; readonly firm: boolean } & Outage)
  | ({ readonly phase: 'loading' } & Outage)
  | { readonly phase: 'changed'; readonly current: MediaVersion }
  | { readonly phase: 'gave-up'; readonly reason: FinalReason; readonly status?: number }
)

export type RecoveryEvent =
  /** The application has set another source, or loads the same one anew. */
  | { readonly kind: 'source' }
  | { readonly kind: 'failed'; readonly cause: FailureCause }
  | { readonly kind: 'probed'; readonly result: ProbeResult }
  /** A request beside playback has shown the current version. */
  | { readonly kind: 'verified'; readonly version: MediaVersion }
  | { readonly kind: 'waited' }
  /** The network is back, the laptop woke up (`chance`), or a person wants it (`demand`). */
  | { readonly kind: 'wake'; readonly by: 'chance' | 'demand' }
  /** The position has advanced, or what a paused player needs has arrived. */
  | { readonly kind: 'moved' }
  | { readonly kind: 'start-new' }
  /** It was told to play. */
  | { readonly kind: 'play' }
  /** A worker is there for the requests of the element, which it makes for another URL of the same file. */
  | { readonly kind: 'swap' }
  /** The element has been removed from its page. */
  | { readonly kind: 'removed' }

export type RecoveryEffect =
  /** Requests the first byte; the result is an event `probed`. */
  | { readonly kind: 'probe' }
  /** An event `waited` follows after so many ms. */
  | { readonly kind: 'wait'; readonly ms: number }
  /** Ends a wait or a request of a probe. */
  | { readonly kind: 'cancel' }
  /** Keeps the last frame painted. */
  | { readonly kind: 'hold' }
  /** Removes the painted frame. */
  | { readonly kind: 'uncover' }
  /** Requests the current version beside playback; the result is an event `verified`. */
  | { readonly kind: 'verify' }
  | LoadEffect
  /** Pauses, with the frame that is shown kept painted. */
  | { readonly kind: 'pause' }
  /** Pauses again: the frame that is shown may be one of another version. */
  | { readonly kind: 'stay-paused' }

export interface LoadEffect {
  readonly kind: 'load'
  readonly from: 'position' | 'start'
  /** Whether the browser may use bytes that it has: not where they belong to another version or are broken. */
  readonly memory: 'keep' | 'bypass'
}

export interface RecoveryRules {
  /** ms, of a clock that doesn't count sleep. */
  readonly now: number
  /** From 0 to 1. */
  readonly chance: number
  /** ms without progress. */
  readonly retryFor: number
  /** Whether a request can show that the server is back: not for a `blob:` of a player's own loader. */
  readonly probes: 'request' | 'load'
}

export interface RecoveryStep {
  readonly recovery: Recovery
  readonly effects: readonly RecoveryEffect[]
}
