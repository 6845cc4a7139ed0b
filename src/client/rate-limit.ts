import type { ClientClock } from './read-policy.js'

/** Limits the rate of all connections together. */
export class RateLimit {
  /** The time at which the rate permits more bytes, in ms of the clock. */
  #free: number

  constructor(
    /** Bytes a second. */
    private readonly rate: number,
    private readonly clock: ClientClock,
  ) {
    this.#free = clock.now()
  }

  /** Waits until so many bytes may be passed on. */
  async pass(bytes: number, signal: AbortSignal): Promise<void> {
    if (this.rate === Number.POSITIVE_INFINITY) return
    const now = this.clock.now()
    this.#free = Math.max(this.#free, now) + (bytes / this.rate) * 1000
    if (this.#free > now) await this.clock.wait(this.#free - now, signal)
  }
}
