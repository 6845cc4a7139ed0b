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
  /** ms without progress. */
  #still = 0

  /** @param limit ms without progress that are a stall; after a third of it, the server is worth a request */
  constructor(private readonly limit: number) {}

  /**
   * Takes a sample, `now` in ms. `starving` and `stalled` are reported once each, then all is counted anew.
   */
  sample(sample: MediaSample, now: number): 'progress' | 'still' | 'starving' | 'stalled' {
    const { position, buffered, readyState, expectsProgress } = sample
    const last = this.#last
    const passed = Math.min(now - this.#lastAt, LONGEST_SAMPLE)
    this.#last = sample
    this.#lastAt = now
    const isSame =
      position === last?.position &&
      buffered === last.buffered &&
      readyState <= last.readyState &&
      expectsProgress === last.expectsProgress
    if (!isSame || !expectsProgress) {
      this.#still = 0
      return 'progress'
    }
    const before = this.#still
    this.#still += passed
    if (this.#still >= this.limit) {
      this.#still = 0
      return 'stalled'
    }
    const early = this.limit / 3
    return before < early && this.#still >= early ? 'starving' : 'still'
  }

  /** Starts anew: with another source, or after a load. */
  reset(): void {
    this.#last = undefined
    this.#still = 0
  }
}
