import { createHash } from 'node:crypto'
import { LastbyteError } from '../../errors.js'
import type { DigestValue } from '../../http/digest-value.js'

/**
 * Yields the same bytes and checks them against a digest. The last chunk is delayed until all bytes
 * match: the earlier chunks have been sent, but the body never looks complete. It is copied, since the chunk that
 * is requested meanwhile may be read to its memory.
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
  let memory = new Uint8Array(0)
  let last = memory
  for await (const chunk of chunks) {
    hash.update(chunk)
    if (last.length > 0) yield last
    if (memory.length < chunk.length) memory = Buffer.allocUnsafeSlow(chunk.length)
    memory.set(chunk)
    last = memory.subarray(0, chunk.length)
  }
  const received = hash.digest('hex')
  if (received !== hex) {
    const message = `Cannot verify the bytes: expected ${algorithm} ${hex}, received ${received}`
    throw new LastbyteError('DIGEST_MISMATCH', message, {
      algorithm,
      wanted: hex,
      received,
      proxy,
      proxyError: 'http_protocol_error',
    })
  }
  if (last.length > 0) yield last
}
