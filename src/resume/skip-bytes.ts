import { releaseIterator } from '../async/release-iterator.js'

/** The rest of a body from byte 0, by a server without ranges. `length`: bytes after those that are skipped. */
export async function* skipBytes(
  body: AsyncIterator<Uint8Array>,
  skip: number,
  length: number | undefined,
): AsyncGenerator<Uint8Array> {
  let left = skip
  let wanted = length ?? Number.POSITIVE_INFINITY
  try {
    while (wanted > 0) {
      const { done, value } = await body.next()
      if (done) return
      const bytes = value.subarray(Math.min(left, value.length)).subarray(0, wanted)
      left -= Math.min(left, value.length)
      wanted -= bytes.length
      // An empty chunk for skipped bytes: the stall limit restarts, but the budget is not reset.
      yield bytes
    }
  } finally {
    releaseIterator(body)
  }
}
