/** Bytes of a segment: the unit in which memory is taken and contents are replaced. */
export const SEGMENT_SIZE = 1024 * 1024
/** Contents begin at multiples of a line of CPU caches. */
const ALIGNMENT = 64

/** A part of a slab, which is filled from its start. Its contents are lost together. */
class Segment {
  /** undefined once the memory belongs to another segment. */
  bytes: Buffer | undefined
  /** Bytes that are used. */
  filled = 0
  /** Uses of a content that outlast the turn in which it was found. */
  uses = 0

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }
}

/** Where a content lies in a slab. */
export interface SlabPlace {
  readonly segment: Segment
  readonly start: number
}

/**
 * Contents of small files in a few large pieces of memory, which a garbage collector neither moves nor counts one by
 * one. Where it is full, the oldest segment is filled again, so the oldest contents are lost first. A segment with a
 * content that a response still refers to is left as it is.
 */
export class ContentSlab {
  /** Oldest first. */
  readonly #segments: Segment[] = []
  readonly #mostSegments: number

  /** @param mostBytes bytes of all contents; less than a segment: none is kept */
  constructor(mostBytes: number) {
    this.#mostSegments = Math.floor(mostBytes / SEGMENT_SIZE)
  }

  /** Bytes of memory that were taken. */
  get size(): number {
    return this.#segments.length * SEGMENT_SIZE
  }

  /** Whether it keeps any content. */
  get isEnabled(): boolean {
    return this.#mostSegments > 0
  }

  /** Copies a content into the slab; undefined where there is no room: each segment has one that is in use. */
  add(content: Uint8Array): SlabPlace | undefined {
    const { length } = content
    if (length > SEGMENT_SIZE) return undefined
    const last = this.#segments.at(-1)
    const segment = last && SEGMENT_SIZE - last.filled >= length ? last : this.#begin()
    if (segment?.bytes === undefined) return undefined
    const start = segment.filled
    segment.bytes.set(content, start)
    segment.filled = Math.ceil((start + length) / ALIGNMENT) * ALIGNMENT
    return { segment, start }
  }

  /** Begins a segment, in memory that is new or that of the oldest segment that is not in use. */
  #begin(): Segment | undefined {
    const bytes =
      this.#segments.length < this.#mostSegments
        ? Buffer.allocUnsafeSlow(SEGMENT_SIZE)
        : this.#retire()
    if (bytes === undefined) return undefined
    const segment = new Segment(bytes)
    this.#segments.push(segment)
    return segment
  }

  #retire(): Buffer | undefined {
    const index = this.#segments.findIndex(({ uses }) => uses === 0)
    if (index < 0) return undefined
    const [oldest] = this.#segments.splice(index, 1)
    const bytes = oldest?.bytes
    if (oldest !== undefined) oldest.bytes = undefined
    return bytes
  }
}

/** Whether the content is still there. */
export function isKept({ segment }: SlabPlace): boolean {
  return segment.bytes !== undefined
}

/** Bytes of a content from `start` to `end`, valid until the next `add`; undefined where the content is lost. */
export function viewOf(
  { segment, start: at }: SlabPlace,
  start: number,
  end: number,
): Buffer | undefined {
  return segment.bytes?.subarray(at + start, at + end)
}

/** Keeps a content as it is until the function that is returned is called. Further calls of it do nothing. */
export function retain({ segment }: SlabPlace): () => void {
  segment.uses += 1
  let isRetained = true
  return () => {
    if (isRetained) segment.uses -= 1
    isRetained = false
  }
}
