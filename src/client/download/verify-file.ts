import type { DigestValue } from '../../http/digest-value.js'
import { compare } from '../platform/hash.js'
import { nodeHash } from '../platform/node-hash.js'
import type { PartFile } from './part-file.js'

const BUFFER = 1024 * 1024

/** Reads what is on the disk, and compares. @throws LastbyteError DIGEST_MISMATCH */
export async function verifyFile(
  part: PartFile,
  size: number,
  digests: readonly DigestValue[],
): Promise<void> {
  for (const wanted of digests) {
    const hash = nodeHash(wanted.algorithm)
    const buffer = Buffer.allocUnsafe(BUFFER)
    for (let at = 0; at < size; ) {
      const bytes = await part.read(buffer.subarray(0, Math.min(BUFFER, size - at)), at)
      if (bytes === 0) break
      hash.update(buffer.subarray(0, bytes))
      at += bytes
    }
    compare(wanted, hash.hex())
  }
}
