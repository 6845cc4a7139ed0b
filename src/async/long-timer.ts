/** The longest delay that setTimeout takes, in ms: 24.8 days. It runs a longer one at once. */
export const LONGEST_TIMEOUT = 2 ** 31 - 1

/** A timer for any finite time, of several timers of the platform where one is too short. */
export class LongTimer {
  #timer: ReturnType<typeof setTimeout> | undefined
  #isUnref = false

  constructor(
    private readonly run: () => void,
    ms: number,
  ) {
    this.#start(ms)
  }

  /** Lets the process end before the time is over. Without effect in browsers. */
  unref(): this {
    this.#isUnref = true
    this.#applyUnref()
    return this
  }

  clear(): void {
    clearTimeout(this.#timer)
  }

  #start(left: number): void {
    const ms = Math.min(left, LONGEST_TIMEOUT)
    this.#timer = setTimeout(() => (left > ms ? this.#start(left - ms) : this.run()), ms)
    if (this.#isUnref) this.#applyUnref()
  }

  #applyUnref(): void {
    const timer = this.#timer as { unref?: () => void } | undefined
    timer?.unref?.()
  }
}
