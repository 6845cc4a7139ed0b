import { byteCount } from '../validation/number-expectations.js'
import type { Chunks, UploadScene } from './fault.js'
import { headOf } from './split-chunks.js'

/** Where a fault acts on the body of a request. */
export interface UploadPosition {
  /** Bytes of the request body that are read before the fault acts. @default 0 */
  readonly after?: number
}

export const UPLOAD_POSITION = { after: byteCount(0) } as const

/**
 * The bytes before the position of a fault. Returns whether the body continues past it. At 0 nothing is read: a
 * client that has sent `Expect: 100-continue` has not sent its body then.
 */
export async function* uploadHead(
  chunks: Chunks,
  { after = 0 }: UploadPosition,
  { length }: Pick<UploadScene, 'length'>,
): AsyncGenerator<Uint8Array, boolean> {
  if (after === 0) return true
  if (length !== undefined && after >= length) {
    yield* chunks
    return false
  }
  return yield* headOf(chunks, { at: after, length })
}
