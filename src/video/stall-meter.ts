/** What a media element shows of its progress. */
export interface MediaSample {
  /** s: `currentTime`. */
  readonly position: number
  /** s: the sum of the buffered ranges. */
  readonly buffered: number
  readonly readyState: number
  /** Whether the position or the buffer should grow: it plays, seeks, or loads its first data. */
  readonly expectsProgress: boolean
}

/** ms that one sample may count for: a laptop that slept or a throttled timer is no stall. */
const LONGEST_SAMPLE = 2_500

/** Measures for how long a media element that should progress did not. */
export class StallMeter {
  #last: MediaSample | undefined
  #lastAt = 0
  #still = 0

  /** @param limit ms without progress */
  constructor(private readonly limit: number) {}

  /**
   * Takes a sample, `now` in ms. `stalled`: no progress for as long as the limit; reported once, then counted
   * anew. `moved`: the position has advanced since the last sample, or the first data has arrived.
   */
  sample(sample: MediaSample, now: number): 'moved' | 'still' | 'stalled' {
    const { position, buffered, readyState, expectsProgress } = sample
    const last = this.#last
    const passed = Math.min(now - this.#lastAt, LONGEST_SAMPLE)
    this.#last = sample
    this.#lastAt = now
    if (last === undefined) return 'still'
    const moved = position !== last.position || readyState > last.readyState
    if (moved || buffered !== last.buffered || !expectsProgress || !last.expectsProgress) {
      this.#still = 0
      return moved ? 'moved' : 'still'
    }
    this.#still += passed
    if (this.#still < this.limit) return 'still'
    this.#still = 0
    return 'stalled'
  }

  /** Starts anew: with another source, or after a load. */
  reset(): void {
    this.#last = undefined
    this.#still = 0
  }
}
