import { byteCount, wholeNumber } from '../../validation/number-expectations.js'
import type { BodyScene, Chunks, FaultKind, From, Offset } from '../fault.js'
import { splitChunks } from '../split-chunks.js'
import { AT, FROM } from '../validate.js'

/** Sends wrong bytes from `at` on: each is the correct byte XOR `mask`. */
export interface Corrupt {
  readonly kind: 'corrupt'
  /** Where it acts: an absolute offset in bytes, or two of which the seed draws one between. */
  readonly at: Offset
  /** What `at` counts. @default 'representation' */
  readonly from?: From
  /** The number of wrong bytes, from 1. @default 1 */
  readonly length?: number
  /** The bits to flip, 1 to 255. @default 255 */
  readonly mask?: number
}

export const corrupt: FaultKind<Corrupt> = {
  members: {
    at: AT,
    from: FROM,
    length: byteCount(1),
    mask: wholeNumber(1, 255),
  },
  body: (fault, chunks, scene) => corrupted(chunks, fault, scene),
}

async function* corrupted(
  chunks: Chunks,
  { length = 1, mask = 0xff }: Corrupt,
  scene: BodyScene,
): AsyncGenerator<Uint8Array> {
  const { at } = scene
  for await (const { start, bytes } of splitChunks(chunks, 0, at, at + length)) {
    const isHit = at <= start && start < at + length
    if (isHit) scene.fire()
    yield isHit ? bytes.map((byte) => byte ^ mask) : bytes
  }
}
