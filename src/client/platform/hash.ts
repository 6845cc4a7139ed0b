import { LastbyteError } from '../../errors.js'
import type { Algorithm } from '../../http/digest-fields.js'
import type { DigestValue } from '../../http/digest-value.js'

/** A digest under computation. */
export interface Hash {
  update(bytes: Uint8Array): void
  /** The digest in lower-case hexadecimal. To be called once, at the end. */
  hex(): string
}

/** Creates a hash. Node and browsers have different implementations. */
export type CreateHash = (algorithm: Algorithm) => Hash

/**
 * Passes chunks on and computes their digests.
 *
 * @throws LastbyteError DIGEST_MISMATCH after the last chunk, if they don't match the expected ones
 */
export async function* verifiedChunks(
  chunks: AsyncIterable<Uint8Array>,
  digests: readonly DigestValue[],
  createHash: CreateHash,
): AsyncGenerator<Uint8Array> {
  const checks = digests.map((expected) => ({ expected, hash: createHash(expected.algorithm) }))
  for await (const chunk of chunks) {
    for (const { hash } of checks) hash.update(chunk)
    yield chunk
  }
  for (const { expected, hash } of checks) requireDigest(expected, hash.hex())
}

/** @throws LastbyteError DIGEST_MISMATCH */
export function requireDigest({ algorithm, hex }: DigestValue, received: string): void {
  if (received === hex) return
  const message = `Cannot accept the bytes: expected the ${algorithm} digest ${hex}; received ${received}`
  throw new LastbyteError('DIGEST_MISMATCH', message, { algorithm, wanted: hex, received })
}
