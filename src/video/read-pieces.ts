import type { Version } from '../client/pinned-version.js'
import type { Transport } from '../client/platform/transport.js'
import type { ReadPolicy } from '../client/read-policy.js'
import { readVersion } from '../client/read-version.js'
import type { Slice } from '../http/byte-range.js'

/**
 * Bytes of one request. Firefox and WebKit read a response of `fetch` in a service worker as fast as it arrives,
 * whether anybody reads it or not, so a request for all of a film would be kept in memory. A player that is paused
 * doesn't hold a connection either.
 */
export const PIECE = 8 * 1024 * 1024

/** The bytes of a slice of one version, in requests of at most `PIECE` bytes, one after the other. */
export async function* readPieces(
  version: Version,
  { start, end }: Slice,
  policy: ReadPolicy,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, void> {
  // Without ranges, each request is answered with the whole file, whose begin is read once more for each piece.
  let hasRanges = version.ranges !== 'none'
  const transport: Transport = async (request) => {
    const answer = await policy.transport(request)
    if (answer.status === 200) hasRanges = false
    return answer
  }
  for (let next = start; next < end; ) {
    const piece = { start: next, end: hasRanges ? Math.min(next + PIECE, end) : end }
    yield* readVersion(version, piece, { ...policy, transport }, signal)
    next = piece.end
  }
}
