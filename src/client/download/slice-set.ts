import type { Slice } from '../../http/byte-range.js'

/** The slices with one more, sorted, and joined where they touch. */
export function addSlice(slices: readonly Slice[], added: Slice): Slice[] {
  const sorted = [...slices, added]
    .filter(({ start, end }) => start < end)
    .sort((a, b) => a.start - b.start)
  const joined: { start: number; end: number }[] = []
  for (const { start, end } of sorted) {
    const last = joined.at(-1)
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end)
    else joined.push({ start, end })
  }
  return joined
}

/** What the slices leave open of [0, size). */
export function missingSlices(slices: readonly Slice[], size: number): Slice[] {
  const missing: Slice[] = []
  let at = 0
  for (const { start, end } of slices) {
    if (at < start) missing.push({ start: at, end: start })
    at = Math.max(at, end)
  }
  if (at < size) missing.push({ start: at, end: size })
  return missing
}

/** Bytes in all of them. */
export function bytesIn(slices: readonly Slice[]): number {
  return slices.reduce((sum, { start, end }) => sum + end - start, 0)
}
