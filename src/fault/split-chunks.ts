import type { BodyScene, Chunks } from './fault.js'

/** A chunk, or a piece of one, with the position of its first byte. */
export interface ChunkPart {
  readonly start: number
  readonly bytes: Uint8Array
}

/** Chunks with their positions, counted from `start`, and split so that none crosses one of the edges. */
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
 * The bytes before a position. Returns whether the body continues past it. In a body of known length
 * it does, and nothing is read beyond the position; otherwise the next chunk is read to find out.
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
