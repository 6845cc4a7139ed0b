import { BoundedWait, type WaitLimit } from './bounded-wait.js'
import { releaseIterator } from './release-iterator.js'

/**
 * The same chunks, each within the limit. For a body that sends heartbeats: no stall detector behind it
 * would notice that its source hangs.
 *
 * @throws the error of the limit; the signal's reason
 */
export async function* chunksWithDeadline<T>(
  chunks: AsyncIterable<T>,
  signal: AbortSignal,
  limit: WaitLimit,
): AsyncGenerator<T, void, void> {
  const iterator = chunks[Symbol.asyncIterator]()
  const wait = new BoundedWait(signal, limit)
  try {
    for (;;) {
      const { done, value } = await wait.for(iterator.next())
      if (done) return
      yield value
    }
  } finally {
    wait.close()
    releaseIterator(iterator)
  }
}
