/** Counts events that a peer causes: `burst` of them are allowed at once, and `rate` more in each second. */
export class EventAllowance {
  #left: number
  #at: number

  constructor(
    private readonly burst: number,
    private readonly rate: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#left = burst
    this.#at = now()
  }

  /** Counts one event. @returns whether it is allowed */
  count(): boolean {
    const now = this.now()
    const earned = ((now - this.#at) / 1_000) * this.rate
    this.#at = now
    this.#left = Math.min(this.burst, this.#left + earned) - 1
    return this.#left >= 0
  }
}
