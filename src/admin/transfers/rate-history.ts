import type { RateHistory } from '../../pages/transfer-snapshot.js'

/** Seconds that are kept. */
const KEPT = 300

/** The bytes a second of an application, for each of the last seconds. */
export class RateSamples {
  readonly #rates: number[] = []
  /** The second up to which rates are known. */
  #until: number
  #bytes: number

  /**
   * @param second the current second, counted from the epoch
   * @param bytes that were sent so far
   */
  constructor(second: number, bytes: number) {
    this.#until = second
    this.#bytes = bytes
  }

  /** Takes the bytes that were sent so far. Several calls within one second count as one. */
  sample(second: number, bytes: number): void {
    const seconds = second - this.#until
    // The clock was set back: without this, no rate would be added until it is past the old time.
    if (seconds < 0) this.#until = second
    if (seconds <= 0) return
    // A timer that is late, or a computer that slept, leaves seconds out: their bytes are shared out.
    const rate = Math.round((bytes - this.#bytes) / seconds)
    for (let n = 0; n < Math.min(seconds, KEPT); n += 1) this.#rates.push(rate)
    this.#rates.splice(0, this.#rates.length - KEPT)
    this.#until = second
    this.#bytes = bytes
  }

  /** The rates of the seconds from `second` on, as far as they are kept. */
  since(second: number): RateHistory {
    const count = Math.min(this.#rates.length, Math.max(0, this.#until - second))
    return { until: this.#until, rates: this.#rates.slice(this.#rates.length - count) }
  }
}

/** Adds the rates of several processes, as far as all of them know theirs. */
export function addHistories(histories: readonly RateHistory[]): RateHistory {
  if (histories.length === 0) return { until: 0, rates: [] }
  const until = Math.min(...histories.map((each) => each.until))
  const known = histories.map(({ until: own, rates }) =>
    rates.slice(0, rates.length - (own - until)),
  )
  const length = Math.max(...known.map((rates) => rates.length))
  const sums = Array.from({ length }, (_, index) =>
    known.reduce((sum, rates) => sum + (rates[rates.length - length + index] ?? 0), 0),
  )
  return { until, rates: sums }
}
