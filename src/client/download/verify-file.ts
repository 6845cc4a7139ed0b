import type { DigestValue } from '../../http/digest-value.js'
import { requireDigest } from '../platform/hash.js'
import { nodeHash } from '../platform/node-hash.js'
import type { PartFile } from './part-file.js'

/** Bytes in one read. */
const BUFFER = 1024 * 1024

/**
 * Reads a file back from the disk and compares its bytes with each of the digests.
 *
 * @throws LastbyteError DIGEST_MISMATCH, DISK_FAILED
 */
export async function verifyFile(
  file: Pick<PartFile, 'read'>,
  size: number,
  digests: readonly DigestValue[],
): Promise<void> {
  if (digests.length === 0) return
  const checks = digests.map((expected) => ({ expected, hash: nodeHash(expected.algorithm) }))
  const buffer = Buffer.allocUnsafe(BUFFER)
  for (let next = 0; next < size; ) {
    const length = await file.read(buffer.subarray(0, Math.min(BUFFER, size - next)), next)
    if (length === 0) break
    for (const { hash } of checks) hash.update(buffer.subarray(0, length))
    next += length
  }
  for (const { expected, hash } of checks) requireDigest(expected, hash.hex())
}
