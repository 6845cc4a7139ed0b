import { versionName } from './media-version.js'
import type { FinalReason, OutageReason, Recovery } from './recovery-state.js'

/**
 * What a guard does, for `onState` and `guard.state`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import type { GuardState } from 'lastbyte/video'
 *
 * const textOf = (state: GuardState) =>
 *   state.kind === 'reconnecting' ? `attempt ${state.attempt}: ${state.reason}` : state.kind
 * assert.equal(textOf({ kind: 'playing' }), 'playing')
 * ```
 */
export type GuardState =
  /** Nothing is played: paused, ended, or no source. */
  | { readonly kind: 'idle' }
  | { readonly kind: 'playing' }
  | {
      readonly kind: 'reconnecting'
      /** When the outage began, in ms since the epoch. */
      readonly since: number
      /** The number of the attempt that runs or comes next, from 1. */
      readonly attempt: number
      /** When the next attempt starts, in ms since the epoch; undefined: one is running. */
      readonly nextTry: number | undefined
      /**
       * `connection`: it broke; `stalled`: no data arrived; `broken`: the data could not be decoded;
       * `unreachable`: no response; `unavailable`: 503, 429 or another status that may pass.
       */
      readonly reason: OutageReason
    }
  /** The file has been replaced: `startNew()` plays the new version. Both are ETags, or dates and sizes. */
  | { readonly kind: 'changed'; readonly pinned: string; readonly current: string }
  /**
   * `retry()` begins anew. `time`: no success for `retryFor`; `gone`: 404 or 410; `refused`: another status
   * that no retry changes; `unplayable`: the server sends the file, but the browser can't play it.
   */
  | { readonly kind: 'gave-up'; readonly reason: FinalReason; readonly status?: number | undefined }

/**
 * @param now ms of the clock of the recovery
 * @param time ms since the epoch at the same moment
 */
export function guardStateOf(
  recovery: Recovery,
  { isPlaying, now, time }: { isPlaying: boolean; now: number; time: number },
): GuardState {
  switch (recovery.phase) {
    case 'steady':
      return { kind: isPlaying ? 'playing' : 'idle' }
    case 'changed': {
      const { pin = {}, current } = recovery
      return { kind: 'changed', pinned: versionName(pin), current: versionName(current) }
    }
    case 'gave-up': {
      const { reason, status } = recovery
      return { kind: 'gave-up', reason, status }
    }
    default: {
      const { phase, since, attempt, reason } = recovery
      // A load that follows no failure: of a new version, or for a worker.
      if (attempt === 0 && phase === 'loading') return { kind: isPlaying ? 'playing' : 'idle' }
      const isWaiting = phase === 'waiting'
      return {
        kind: 'reconnecting',
        since: Math.round(time + since - now),
        attempt: isWaiting ? attempt + 1 : attempt,
        nextTry: isWaiting ? Math.round(time + recovery.next - now) : undefined,
        reason,
      }
    }
  }
}
