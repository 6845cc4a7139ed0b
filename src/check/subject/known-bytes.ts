interface KnownSlice {
  readonly start: number
  readonly bytes: Buffer
}

/**
 * The bytes of the representation that were received so far, each at its offset. A byte that differs from the one that
 * was received before at the same offset shows that a response had bytes of another place or version.
 */
export class KnownBytes {
  readonly #slices: KnownSlice[] = []

  /** Adds bytes that have been compared. The bytes received first stay the known ones. */
  add(start: number, bytes: Buffer): void {
    if (bytes.length > 0) this.#slices.push({ start, bytes })
  }

  /** The offset of the first byte that differs from a known one; undefined if none does. */
  firstDifference(start: number, bytes: Buffer): number | undefined {
    const found = this.#slices.flatMap((known) => differenceOf(known, { start, bytes }) ?? [])
    return found.length === 0 ? undefined : Math.min(...found)
  }

  /** The bytes [start, end), if one response had all of them. */
  slice(start: number, end: number): Buffer | undefined {
    const holder = this.#slices.find(
      (known) => known.start <= start && end <= known.start + known.bytes.length,
    )
    return holder?.bytes.subarray(start - holder.start, end - holder.start)
  }
}

function differenceOf(known: KnownSlice, received: KnownSlice): number | undefined {
  const start = Math.max(known.start, received.start)
  const end = Math.min(known.start + known.bytes.length, received.start + received.bytes.length)
  if (start >= end) return undefined
  const a = known.bytes.subarray(start - known.start, end - known.start)
  const b = received.bytes.subarray(start - received.start, end - received.start)
  if (a.equals(b)) return undefined
  return start + a.findIndex((byte, index) => byte !== b[index])
}
