/** ms of one slice: what other requests wait at most for a task that has its turn. */
const SLICE = 8
/** Items between two looks at the clock. */
const STEP = 64

/**
 * Divides a long computation on this thread into slices, between which the event loop serves others. Ends
 * with the signal's reason once that is aborted.
 */
export class TimeSlices {
  #began = performance.now()

  constructor(private readonly signal: AbortSignal) {}

  /** Resolves at once while the slice has time left, else after a turn of the event loop. @throws the signal's reason */
  async next(): Promise<void> {
    this.signal.throwIfAborted()
    if (performance.now() - this.#began < SLICE) return
    await new Promise<void>((resolve) => setImmediate(resolve))
    this.#began = performance.now()
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
