import type { FollowedFile } from '../file/follow-file.js'
import type { ProvenPrefix } from './chain-record.js'
import { BLOCK, type PrefixHash } from './prefix-hash.js'
import { readAt } from './read-followed.js'

/** Where a file is not the one that was sent. */
export interface Mismatch {
  readonly position: number
  readonly reason: string
}

/** Called with bytes and their position; the buffer is reused. */
export type OnBytes = (bytes: Uint8Array, position: number) => void

export const OTHER_BYTES = 'the bytes before it differ from those sent'

/**
 * Adds the bytes of a file to a hash up to `end`, and compares the digest at the end of each claim.
 *
 * @param claims the shortest first, none shorter than the hash; those that were compared are removed
 * @returns the first mismatch
 * @throws LastbyteError SOURCE_FAILED
 */
export async function hashFile(
  file: FollowedFile,
  hash: PrefixHash,
  claims: ProvenPrefix[],
  end: number,
  onBytes: OnBytes = () => {},
): Promise<Mismatch | undefined> {
  const buffer = Buffer.allocUnsafe(BLOCK)
  for (;;) {
    const position = hash.length
    for (let [claim] = claims; claim?.length === position; [claim] = claims) {
      if (claim.digest !== hash.digest()) return { position, reason: OTHER_BYTES }
      claims.shift()
    }
    if (position >= end) return undefined
    const next = Math.min(end, claims[0]?.length ?? end)
    const most = Math.min(BLOCK - (position % BLOCK), next - position)
    const length = await readAt(file, buffer.subarray(0, most), position)
    if (length === 0) return { position, reason: 'the file was truncated' }
    const bytes = buffer.subarray(0, length)
    onBytes(bytes, position)
    hash.update(bytes)
  }
}

/** The shortest first. */
export function byLength(claims: readonly ProvenPrefix[]): ProvenPrefix[] {
  return [...claims].sort((one, other) => one.length - other.length)
}
