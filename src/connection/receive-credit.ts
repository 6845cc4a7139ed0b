/**
 * The time that a sender has left. Each byte adds 1/rate s to it, up to the timeout, with which it begins. So a sender
 * may pause for the timeout, but one that stays below the rate has no time left after a while.
 */
export class ReceiveCredit {
  /** ms */
  #left: number

  /** @param timeout ms. @param rate bytes a second; 0 lets each byte restart the timeout */
  constructor(
    private readonly timeout: number,
    private readonly rate: number,
  ) {
    this.#left = timeout
  }

  /** Accounts for `ms` in which `bytes` were received. */
  spend(ms: number, bytes: number): void {
    this.#left -= ms
    if (bytes === 0) return
    const earned = this.rate === 0 ? this.timeout : (bytes * 1_000) / this.rate
    this.#left = Math.min(this.timeout, this.#left + earned)
  }

  get isSpent(): boolean {
    return this.#left <= 0
  }
}
