/** A part that has arrived. The unit is that of the whole: bytes, or seconds where the bytes are not known. */
export interface ReceivedRange {
  readonly start: number
  /** Exclusive. */
  readonly end: number
  /** The attempt that brought it: 1 for the first one. */
  readonly attempt: number
}

/** An event at one position. */
export interface RangeMark {
  readonly kind: 'cut' | 'healed' | 'changed' | 'gave-up'
  readonly position: number
}

/** Far more than are seen on a bar; each is an element of the page. */
const MAX_RANGES = 400
const MAX_MARKS = 100

/** Which parts of a file have arrived, from which attempt, and where it was cut. */
export class ReceivedRanges {
  #ranges: ReceivedRange[] = []
  #marks: RangeMark[] = []

  /** Sorted, without overlaps. */
  get ranges(): readonly ReceivedRange[] {
    return this.#ranges
  }

  get marks(): readonly RangeMark[] {
    return this.#marks
  }

  /** The sum of all parts. */
  get received(): number {
    return this.#ranges.reduce((sum, { start, end }) => sum + end - start, 0)
  }

  /** The number of the last attempt that brought a part; 0 before. */
  get attempts(): number {
    return this.#ranges.reduce((most, { attempt }) => Math.max(most, attempt), 0)
  }

  /** A part has arrived, in place of what had arrived there before. */
  add(added: ReceivedRange): void {
    if (!(added.end > added.start)) return
    const others = this.#ranges.flatMap((one) => without(one, added))
    this.#ranges = coalesced([...others, added].sort((a, b) => a.start - b.start))
    if (this.#ranges.length > MAX_RANGES) this.#ranges.shift()
  }

  /** A part is there: what of it had not arrived before has been brought by this attempt. */
  fill(filled: ReceivedRange): void {
    let rest = [filled]
    for (const one of this.#ranges) rest = rest.flatMap((part) => without(part, one))
    for (const part of rest) this.add(part)
  }

  mark(mark: RangeMark): void {
    const last = this.#marks.at(-1)
    if (last?.kind === mark.kind && last.position === mark.position) return
    this.#marks.push(mark)
    if (this.#marks.length > MAX_MARKS) this.#marks.shift()
  }

  /** Forgets everything, as another version of the file has nothing in common with it. */
  clear(): void {
    this.#ranges = []
    this.#marks = []
  }
}

/** What is left of a range outside of another one. */
function without(range: ReceivedRange, other: ReceivedRange): ReceivedRange[] {
  const before = { ...range, end: Math.min(range.end, other.start) }
  const after = { ...range, start: Math.max(range.start, other.end) }
  if (range.end <= other.start || range.start >= other.end) return [range]
  return [before, after].filter(({ start, end }) => end > start)
}

function coalesced(sorted: readonly ReceivedRange[]): ReceivedRange[] {
  const result: ReceivedRange[] = []
  for (const range of sorted) {
    const last = result.at(-1)
    if (last !== undefined && last.attempt === range.attempt && last.end === range.start) {
      result[result.length - 1] = { ...last, end: range.end }
    } else {
      result.push(range)
    }
  }
  return result
}
