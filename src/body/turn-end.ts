/**
 * Calls back at the end of this turn of the event loop, all who ask for it in one go: what a
 * thousand streams have to write goes out together, and nobody keeps the turn for themselves.
 */
export class TurnEnd {
  #waiting: (() => void)[] = []

  /** Calls `back` once, after whatever this turn still brings. */
  call(back: () => void): void {
    if (this.#waiting.push(back) === 1) setImmediate(this.#run)
  }

  readonly #run = (): void => {
    const waiting = this.#waiting
    this.#waiting = []
    for (const back of waiting) back()
  }
}
