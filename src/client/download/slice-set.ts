import type { Slice } from '../../http/byte-range.js'

/** Adds a slice to sorted slices. Overlapping and adjacent slices are merged; an empty one is dropped. */
export function addSlice(slices: readonly Slice[], added: Slice): Slice[] {
  const sorted = [...slices, added]
    .filter(({ start, end }) => start < end)
    .sort((a, b) => a.start - b.start)
  const merged: { start: number; end: number }[] = []
  for (const { start, end } of sorted) {
    const last = merged.at(-1)
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end)
    else merged.push({ start, end })
  }
  return merged
}

/** The slices of [0, size) that sorted slices leave open. */
export function missingSlices(slices: readonly Slice[], size: number): Slice[] {
  const missing: Slice[] = []
  let next = 0
  for (const { start, end } of slices) {
    if (next < start) missing.push({ start: next, end: start })
    next = Math.max(next, end)
  }
  if (next < size) missing.push({ start: next, end: size })
  return missing
}

/** Bytes in disjoint slices. */
export function bytesIn(slices: readonly Slice[]): number {
  return slices.reduce((sum, { start, end }) => sum + end - start, 0)
}
