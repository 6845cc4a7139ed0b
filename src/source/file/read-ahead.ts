import type { Slice } from '../../http/byte-range.js'
import { type BufferPool, chunkSize } from './buffer-pool.js'

/** Reads into the buffer from a position on. Resolves to the filled part. */
type Fetch = (buffer: Uint8Array, position: number) => Promise<Uint8Array>

/** ms without a request for the next chunk after which the prefetched chunk is dropped. */
const PAUSE = 500

/**
 * The chunks of a slice. While the consumer handles one, the next is read. For a consumer that pauses, the
 * prefetched chunk is dropped, and its next chunks are small again.
 */
export async function* readAhead(
  { start, end }: Slice,
  buffers: BufferPool,
  fetch: Fetch,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let position = start
  let pausedAt = start
  const begin = () => {
    const size = Math.min(chunkSize(position - pausedAt, end - start), end - position)
    return new PendingChunk(buffers, size, (buffer) => fetch(buffer, position))
  }
  let next: PendingChunk | undefined
  try {
    while (position < end) {
      next ??= begin()
      const bytes = await next.bytes
      signal.throwIfAborted()
      const current = next
      position += bytes.length
      next = position < end ? begin() : undefined
      const pause = setTimeout(() => {
        pausedAt = position
        next?.drop()
        next = undefined
      }, PAUSE)
      try {
        yield bytes
      } finally {
        clearTimeout(pause)
      }
      current.drop()
    }
  } finally {
    // The current chunk may still be in a socket's write queue: its buffer is not reused.
    next?.drop()
    await next?.bytes.catch(() => {})
  }
}

/** A chunk that is being read into a buffer of its own. */
class PendingChunk {
  readonly bytes: Promise<Uint8Array>
  readonly #buffer: Uint8Array

  constructor(
    private readonly buffers: BufferPool,
    size: number,
    fetch: (buffer: Uint8Array) => Promise<Uint8Array>,
  ) {
    this.#buffer = buffers.take(size)
    this.bytes = fetch(this.#buffer)
    // The consumer awaits a failure later; until then it must not count as an unhandled rejection.
    this.bytes.catch(() => {})
  }

  /** Returns the buffer to the pool once the read has ended. */
  drop(): void {
    const give = () => this.buffers.give(this.#buffer)
    this.bytes.then(give, give)
  }
}
