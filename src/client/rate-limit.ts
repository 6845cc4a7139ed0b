import type { ClientClock } from './read-policy.js'

/** Lets bytes pass at no more than so many a second, all connections together. */
export class RateLimit {
  #free: number

  constructor(
    private readonly rate: number,
    private readonly clock: ClientClock,
  ) {
    this.#free = clock.now()
  }

  async pass(bytes: number, signal: AbortSignal): Promise<void> {
    if (this.rate === Number.POSITIVE_INFINITY) return
    const now = this.clock.now()
    this.#free = Math.max(this.#free, now) + (bytes / this.rate) * 1000
    if (this.#free > now) await this.clock.wait(this.#free - now, signal)
  }
}
