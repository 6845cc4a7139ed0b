import { byteCount, wholeNumber } from '../../validation/number-expectations.js'
import type { BodyScene, Chunks, FaultKind, From, Offset } from '../fault.js'
import { splitChunks } from '../split-chunks.js'
import { AT, FROM } from '../validate.js'

/** Flips the bits of `mask` (default 0xff) in `length` bytes (default 1) from `at` on. */
export interface Corrupt {
  readonly kind: 'corrupt'
  readonly at: Offset
  readonly from?: From
  readonly length?: number
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
