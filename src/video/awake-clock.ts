/** ms: timers of hidden pages run once a minute. What takes longer is a sleep of the device. */
const LONGEST_PAUSE = 90_000
/** ms between two readings after which connections may have ended meanwhile. */
const LATE = 20_000

/** A clock that stands still while the device sleeps, if it is read often. */
export class AwakeClock {
  #asleep = 0
  #last: number
  #isLate = false

  /** @param read ms since the epoch, which go on during sleep */
  constructor(private readonly read: () => number) {
    this.#last = read()
  }

  /** ms. */
  now(): number {
    const time = this.read()
    const passed = time - this.#last
    this.#last = time
    if (passed > LATE) this.#isLate = true
    // A clock that is set back doesn't count either.
    if (passed < 0) this.#asleep += passed
    if (passed > LONGEST_PAUSE) this.#asleep += passed - LONGEST_PAUSE
    return time - this.#asleep
  }

  /** ms since the epoch, of the last reading. */
  get time(): number {
    return this.#last
  }

  /** Whether the device may have slept since the last call. */
  takeLate(): boolean {
    const isLate = this.#isLate
    this.#isLate = false
    return isLate
  }
}
