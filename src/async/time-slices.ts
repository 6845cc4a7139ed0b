/** ms of one slice: what other requests wait at most for a task that has its turn. */
const SLICE = 8
/** Items between two looks at the clock. */
const STEP = 64

/**
 * The time that long computations may take of each turn of the event loop, all together. One has its slice in a turn;
 * the next one continues in the next turn, in the order in which they ran out of time.
 */
export class SliceBudget {
  #began = 0
  readonly #waiting: (() => void)[] = []

  /** Resolves when the caller has a slice: at once while the one of this turn has time left and nobody waits. */
  async slice(): Promise<void> {
    if (this.#waiting.length === 0 && performance.now() - this.#began < SLICE) return
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve)
      if (this.#waiting.length === 1) setImmediate(() => this.#begin())
    })
  }

  #begin(): void {
    this.#began = performance.now()
    this.#waiting.shift()?.()
    if (this.#waiting.length > 0) setImmediate(() => this.#begin())
  }
}

/**
 * Divides a long computation on this thread into slices, between which the event loop serves others. Ends
 * with the signal's reason once that is aborted.
 */
export class TimeSlices {
  /** @param budget shared by all computations that may run at the same time */
  constructor(
    private readonly signal: AbortSignal,
    private readonly budget: SliceBudget = new SliceBudget(),
  ) {}

  /** Resolves at once while the slice has time left, else after a turn of the event loop. @throws the signal's reason */
  async next(): Promise<void> {
    this.signal.throwIfAborted()
    await this.budget.slice()
    this.signal.throwIfAborted()
  }

  /** `items.map(transform)` */
  async map<T, R>(items: readonly T[], transform: (item: T) => R): Promise<R[]> {
    const results: R[] = []
    for (let start = 0; start < items.length; start += STEP) {
      await this.next()
      for (const item of items.slice(start, start + STEP)) results.push(transform(item))
    }
    return results
  }

  /** `items.toSorted(compare)`: sorts runs, and merges neighbours until one is left. */
  async sorted<T>(items: readonly T[], compare: (a: T, b: T) => number): Promise<T[]> {
    let runs: T[][] = []
    for (let start = 0; start < items.length; start += STEP) {
      await this.next()
      runs.push(items.slice(start, start + STEP).sort(compare))
    }
    while (runs.length > 1) {
      const merged: T[][] = []
      for (let index = 0; index < runs.length; index += 2) {
        merged.push(await this.#merge(runs[index] ?? [], runs[index + 1] ?? [], compare))
      }
      runs = merged
    }
    return runs[0] ?? []
  }

  async #merge<T>(left: T[], right: T[], compare: (a: T, b: T) => number): Promise<T[]> {
    const merged: T[] = []
    let [atLeft, atRight] = [0, 0]
    while (atLeft < left.length || atRight < right.length) {
      if (merged.length % STEP === 0) await this.next()
      const [a, b] = [left[atLeft], right[atRight]]
      // Equal items keep their order.
      const takesLeft =
        atRight === right.length || (atLeft < left.length && compare(a as T, b as T) <= 0)
      merged.push((takesLeft ? a : b) as T)
      if (takesLeft) atLeft += 1
      else atRight += 1
    }
    return merged
  }
}
