import type { BodyScene, Chunks } from './fault.js'

/** A chunk and where it starts. */
export interface ChunkPart {
  readonly start: number
  readonly bytes: Uint8Array
}

/** Chunks with their places, counted from `start`, and split so that none crosses one of the edges. */
export async function* splitChunks(
  chunks: Chunks,
  start: number,
  ...edges: readonly number[]
): AsyncGenerator<ChunkPart> {
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
 * The bytes before a place. Gives back whether there are more: the place is known to be within a
 * body of known length, and nothing is read beyond it; of another, only the next chunk tells.
 */
export async function* headOf(
  chunks: Chunks,
  { at, length }: Pick<BodyScene, 'at' | 'length'>,
): AsyncGenerator<Uint8Array, boolean> {
  const isWithin = length !== undefined
  if (isWithin && at === 0) return true
  for await (const { start, bytes } of splitChunks(chunks, 0, at)) {
    if (start >= at) return true
    yield bytes
    if (isWithin && start + bytes.length === at) return true
  }
  return false
}
