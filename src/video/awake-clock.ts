/** ms: timers of hidden pages run once a minute. What takes longer is a sleep of the device. */
const LONGEST_PAUSE = 90_000
/** ms between two readings after which connections may have ended meanwhile. */
const LATE = 20_000

/** `late`: a short sleep of the device, or timers of a hidden page; `sleep`: longer than those take. */
export type Pause = 'none' | 'late' | 'sleep'

/** A clock that stands still while the device sleeps, if it is read often. */
export class AwakeClock {
  #asleep = 0
  #last: number
  #pause: Pause = 'none'

  /** @param read ms since the epoch, which go on during sleep */
  constructor(private readonly read: () => number) {
    this.#last = read()
  }

  /** ms. */
  now(): number {
    const time = this.read()
    const passed = time - this.#last
    this.#last = time
    if (passed > LONGEST_PAUSE) this.#pause = 'sleep'
    else if (passed > LATE && this.#pause === 'none') this.#pause = 'late'
    // A clock that is set back doesn't count either.
    if (passed < 0) this.#asleep += passed
    if (passed > LONGEST_PAUSE) this.#asleep += passed - LONGEST_PAUSE
    return time - this.#asleep
  }

  /** ms since the epoch, of the last reading. */
  get time(): number {
    return this.#last
  }

  /** The longest time without a reading since the last call. */
  takePause(): Pause {
    const pause = this.#pause
    this.#pause = 'none'
    return pause
  }
}
