import type { Slice } from '../../http/byte-range.js'

/** A slice that somebody is working on: from `next` on it is still open. */
export interface Segment {
  next: number
  /** May be moved towards `next` by somebody who has nothing to do. */
  end: number
}

/** Bytes below which a segment is not worth a request of its own. */
const LEAST = 1024 * 1024

/** The missing slices of a file, shared out among connections: who is done halves what is left. */
export class Segments {
  readonly #open: Segment[]
  readonly #running = new Set<Segment>()

  constructor(missing: readonly Slice[]) {
    this.#open = missing.map(({ start, end }) => ({ next: start, end }))
  }

  /**
   * Work for a connection: the next slice that nobody has, or the second half of the longest that
   * somebody has. undefined where there is nothing worth a request.
   */
  take(): Segment | undefined {
    return this.#start(this.#open.shift() ?? this.#split())
  }

  /**
   * What somebody has and is slow with, once more, so that one connection does not hold the end.
   * undefined where that is nothing, or asked for twice already.
   */
  repeat(): Segment | undefined {
    const longest = this.#longest()
    if (longest === undefined || longest.next >= longest.end) return undefined
    const twice = [...this.#running].filter(({ end }) => end === longest.end).length > 1
    return twice ? undefined : this.#start({ next: longest.next, end: longest.end })
  }

  /** A connection has no more to do with a segment; what is open of it somebody else may take. */
  giveBack(segment: Segment): void {
    if (!this.#running.delete(segment)) return
    if (segment.next < segment.end) this.#open.push({ next: segment.next, end: segment.end })
  }

  /** Bytes [start, end) have been written: whoever else had them need not. */
  written(start: number, end: number): void {
    for (const segment of this.#running) {
      if (start <= segment.next && segment.next < end) segment.next = Math.min(end, segment.end)
    }
  }

  #start(segment: Segment | undefined): Segment | undefined {
    if (segment !== undefined) this.#running.add(segment)
    return segment
  }

  #longest(): Segment | undefined {
    return [...this.#running].sort((a, b) => b.end - b.next - (a.end - a.next))[0]
  }

  #split(): Segment | undefined {
    const longest = this.#longest()
    if (longest === undefined || longest.end - longest.next < 2 * LEAST) return undefined
    const middle = longest.next + Math.ceil((longest.end - longest.next) / 2)
    const { end } = longest
    longest.end = middle
    return { next: middle, end }
  }
}
