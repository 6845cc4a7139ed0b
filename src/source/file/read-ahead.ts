import type { Slice } from '../../http/byte-range.js'
import { type BufferPool, chunkSize } from './buffer-pool.js'

/** Reads into the buffer from a position on; gives the part that was filled. */
type Fetch = (buffer: Uint8Array, position: number) => Promise<Uint8Array>

/** ms after which somebody who does not come for the next chunk has it no longer held ready. */
const PAUSE = 500

/**
 * The chunks of a slice. While the reader of one is busy with it, the next is fetched; but for a
 * reader that pauses none is held beside the one that it has, and the next ones are modest again.
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
    return new Fetching(buffers, size, (buffer) => fetch(buffer, position))
  }
  let ahead: Fetching | undefined
  try {
    while (position < end) {
      ahead ??= begin()
      const bytes = await ahead.bytes
      signal.throwIfAborted()
      const given = ahead
      position += bytes.length
      ahead = position < end ? begin() : undefined
      const pause = setTimeout(() => {
        pausedAt = position
        ahead?.drop()
        ahead = undefined
      }, PAUSE)
      try {
        yield bytes
      } finally {
        clearTimeout(pause)
      }
      given.drop()
    }
  } finally {
    // What was given may still be on its way out: it is left to the collector.
    ahead?.drop()
    await ahead?.bytes.catch(() => {})
  }
}

/** A chunk that is being read into a buffer of its own. */
class Fetching {
  readonly bytes: Promise<Uint8Array>
  readonly #buffer: Uint8Array

  constructor(
    private readonly buffers: BufferPool,
    size: number,
    fetch: (buffer: Uint8Array) => Promise<Uint8Array>,
  ) {
    this.#buffer = buffers.take(size)
    this.bytes = fetch(this.#buffer)
    // The reader meets a failure at its turn; until then it must not count as unhandled.
    this.bytes.catch(() => {})
  }

  /** Gives the buffer back as soon as nothing reads into it any more. */
  drop(): void {
    const give = () => this.buffers.give(this.#buffer)
    this.bytes.then(give, give)
  }
}
