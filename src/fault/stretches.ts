import type { Chunks } from './fault.js'

/** A chunk and where it starts. */
export interface Stretch {
  readonly start: number
  readonly bytes: Uint8Array
}

/** Chunks with their places, counted from `start`, and split so that none crosses one of the edges. */
export async function* stretches(
  chunks: Chunks,
  start: number,
  ...edges: readonly number[]
): AsyncGenerator<Stretch> {
  let at = start
  for await (const chunk of chunks) {
    const end = at + chunk.length
    const inside = edges.filter((edge) => at < edge && edge < end).sort((a, b) => a - b)
    const from = at
    for (const edge of [...inside, end]) {
      yield { start: at, bytes: chunk.subarray(at - from, edge - from) }
      at = edge
    }
  }
}

/**
 * The bytes before a place, and no read beyond it. Gives back whether the place was reached: a
 * source may end before.
 */
export async function* headOf(chunks: Chunks, at: number): AsyncGenerator<Uint8Array, boolean> {
  if (at === 0) return true
  for await (const { start, bytes } of stretches(chunks, 0, at)) {
    yield bytes
    if (start + bytes.length === at) return true
  }
  return false
}
