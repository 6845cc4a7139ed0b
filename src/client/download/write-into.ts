import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { openStream, type StreamSetup } from '../open-stream.js'
import { nodeHash } from '../platform/node-hash.js'
import type { ReadPolicy } from '../read-policy.js'
import { diskOperation } from './disk-operation.js'
import type { Downloaded, Progress } from './downloaded.js'
import { openSpecial } from './open-special.js'
import type { SpecialTarget } from './target.js'

/** What a download into a target needs besides the policy of its requests. */
export interface IntoSetup extends Pick<StreamSetup, 'checksum' | 'close'> {
  readonly signal: AbortSignal
  readonly onProgress: ((progress: Progress) => void) | undefined
}

/**
 * Downloads into a device, FIFO, socket or open descriptor: in order, once, from the first byte. Nothing is
 * stored beside it, so that no later run can resume, and wrong bytes can't be taken back.
 *
 * @throws LastbyteError as `download` does
 */
export async function downloadInto(
  target: SpecialTarget,
  policy: ReadPolicy,
  setup: IntoSetup,
): Promise<Downloaded> {
  let writer: Writable
  try {
    writer = await openSpecial(target, setup.signal)
  } catch (error) {
    setup.close()
    throw error
  }
  try {
    return await streamInto({ writer, path: target.path }, policy, setup)
  } finally {
    writer.destroy()
  }
}

/** An open stream, and what it writes to, for errors. */
export interface Destination {
  readonly writer: Writable
  readonly path: string
}

/**
 * Downloads into a stream, and ends it.
 *
 * @throws LastbyteError DISK_FAILED for an error of the stream; as `resumableStream` does and its body
 */
export async function streamInto(
  { writer, path }: Destination,
  policy: ReadPolicy,
  { checksum, close, signal, onProgress }: IntoSetup,
): Promise<Downloaded> {
  // A stream queues chunks.
  const asSent: ReadPolicy = { ...policy, pin: 'if-match', codings: 'as-sent', chunks: 'kept' }
  const opened = await openStream(asSent, { checksum, signal, createHash: nodeHash, close })
  const { body, size, etag, contentEncoding, digests } = opened
  let bytes = 0
  let failure: unknown
  const chunks = async function* () {
    try {
      for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
        yield chunk
        bytes += chunk.length
        onProgress?.({ bytes, size })
      }
    } catch (error) {
      failure = error
      throw error
    }
  }
  try {
    // With the signal, since the abort would wait for a reader that stalls.
    await pipeline(chunks, writer, { signal })
  } catch (error) {
    if (signal.aborted) throw signal.reason
    if (failure !== undefined) throw failure
    await diskOperation('write to', path, Promise.reject(error))
  }
  return { size: bytes, etag, contentEncoding, received: bytes, verified: digests }
}
