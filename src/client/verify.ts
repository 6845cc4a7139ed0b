import { createHash } from 'node:crypto'
import { LastbyteError } from '../errors.js'
import type { DigestValue } from '../http/digest-value.js'
import type { PartFile } from './part-file.js'

const BUFFER = 1024 * 1024

/** Reads what is on the disk, and compares. @throws LastbyteError DIGEST_MISMATCH, SOURCE_SHORT */
export async function verify(
  part: PartFile,
  size: number,
  digests: readonly DigestValue[],
): Promise<void> {
  for (const { algorithm, hex } of digests) {
    const hash = createHash(algorithm.replace('-', ''))
    const buffer = Buffer.allocUnsafe(BUFFER)
    for (let at = 0; at < size; ) {
      const bytes = await part.read(buffer.subarray(0, Math.min(BUFFER, size - at)), at)
      if (bytes === 0) break
      hash.update(buffer.subarray(0, bytes))
      at += bytes
    }
    const received = hash.digest('hex')
    if (received === hex) continue
    const message = `Cannot keep the file: its ${algorithm} is ${received}, wanted ${hex}`
    throw new LastbyteError('DIGEST_MISMATCH', message, { algorithm, wanted: hex, received })
  }
}
