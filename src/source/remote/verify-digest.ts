import { createHash } from 'node:crypto'
import { LastbyteError } from '../../errors.js'
import type { DigestValue } from '../../http/digest-value.js'

/**
 * The same bytes, of which the last piece is held back until all of them agree with the digest: what
 * lies in between can't be called back, but never looks whole.
 *
 * @param proxy the name for a Proxy-Status field
 * @throws LastbyteError DIGEST_MISMATCH
 */
export async function* verifyDigest(
  chunks: AsyncIterable<Uint8Array>,
  { algorithm, hex }: DigestValue,
  proxy: string,
): AsyncGenerator<Uint8Array> {
  const hash = createHash(algorithm.replace('-', ''))
  let held: Uint8Array | undefined
  for await (const chunk of chunks) {
    hash.update(chunk)
    if (held !== undefined) yield held
    held = chunk
  }
  const received = hash.digest('hex')
  if (received !== hex) {
    const message = `Cannot vouch for the bytes: their ${algorithm} is ${received}, the source tells ${hex}`
    throw new LastbyteError('DIGEST_MISMATCH', message, {
      algorithm,
      wanted: hex,
      received,
      proxy,
      proxyError: 'http_protocol_error',
    })
  }
  if (held !== undefined) yield held
}
