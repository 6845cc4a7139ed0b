import { LastbyteError } from '../../errors.js'
import type { Algorithm } from '../../http/digest-fields.js'
import type { DigestValue } from '../../http/digest-value.js'

/** A digest in the making. */
export interface Hash {
  update(bytes: Uint8Array): void
  /** In lower-case hexadecimal; once. */
  hex(): string
}

/** Begins a digest: Node and browsers have different ways. */
export type Hashing = (algorithm: Algorithm) => Hash

/** The same bytes; errs at their end where they are not those of the digests. @throws DIGEST_MISMATCH */
export async function* checked(
  chunks: AsyncIterable<Uint8Array>,
  digests: readonly DigestValue[],
  hashing: Hashing,
): AsyncGenerator<Uint8Array> {
  const checks = digests.map((wanted) => ({ wanted, hash: hashing(wanted.algorithm) }))
  for await (const chunk of chunks) {
    for (const { hash } of checks) hash.update(chunk)
    yield chunk
  }
  for (const { wanted, hash } of checks) compare(wanted, hash.hex())
}

/** @throws LastbyteError DIGEST_MISMATCH */
export function compare({ algorithm, hex }: DigestValue, received: string): void {
  if (received === hex) return
  const message = `Cannot vouch for the bytes: their ${algorithm} is ${received}, wanted ${hex}`
  throw new LastbyteError('DIGEST_MISMATCH', message, { algorithm, wanted: hex, received })
}
