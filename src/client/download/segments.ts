import type { Slice } from '../../http/byte-range.js'

/** A slice that a connection fetches. [next, end) is still missing. */
export interface Segment {
  next: number
  /** Moves towards `next` when another connection takes over the second half. */
  end: number
}

/** Bytes of the smallest segment that a split creates. */
const MIN_SPLIT = 1024 * 1024

/** Distributes the missing slices of a file over the connections that fetch them. */
export class Segments {
  readonly #unassigned: Segment[]
  readonly #assigned = new Set<Segment>()

  constructor(missing: readonly Slice[]) {
    this.#unassigned = missing.map(({ start, end }) => ({ next: start, end }))
  }

  /**
   * Assigns the next slice that no connection fetches, or the second half of the longest one that a
   * connection does. undefined if no segment is long enough for a request of its own.
   */
  take(): Segment | undefined {
    return this.#assign(this.#unassigned.shift() ?? this.#split())
  }

  /**
   * Assigns the longest segment a second time, so that one slow connection doesn't delay the end.
   * undefined if nothing of it is missing, or it is assigned twice already.
   */
  takeDuplicate(): Segment | undefined {
    const longest = this.#longest()
    if (longest === undefined || longest.next >= longest.end) return undefined
    const isDuplicated = [...this.#assigned].filter(({ end }) => end === longest.end).length > 1
    return isDuplicated ? undefined : this.#assign({ next: longest.next, end: longest.end })
  }

  /** Ends an assignment. Another connection may take what is still missing. */
  release(segment: Segment): void {
    if (!this.#assigned.delete(segment)) return
    if (segment.next < segment.end) this.#unassigned.push({ next: segment.next, end: segment.end })
  }

  /** Marks bytes [start, end) as written, for each connection that fetches them. */
  markWritten(start: number, end: number): void {
    for (const segment of this.#assigned) {
      if (start <= segment.next && segment.next < end) segment.next = Math.min(end, segment.end)
    }
  }

  #assign(segment: Segment | undefined): Segment | undefined {
    if (segment !== undefined) this.#assigned.add(segment)
    return segment
  }

  #longest(): Segment | undefined {
    return [...this.#assigned].sort((a, b) => b.end - b.next - (a.end - a.next))[0]
  }

  #split(): Segment | undefined {
    const longest = this.#longest()
    if (longest === undefined || longest.end - longest.next < 2 * MIN_SPLIT) return undefined
    const middle = longest.next + Math.ceil((longest.end - longest.next) / 2)
    const { end } = longest
    longest.end = middle
    return { next: middle, end }
  }
}
