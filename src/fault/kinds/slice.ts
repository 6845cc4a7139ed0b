import { required } from '../../validation/expectation.js'
import { byteCount, milliseconds } from '../../validation/number-expectations.js'
import type { BodyScene, Chunks, FaultKind } from '../fault.js'

/** Sends the body in small writes. */
export interface Slice {
  readonly kind: 'slice'
  /** The most bytes of a write, from 1. */
  readonly size: number
  /** The pause after each write in ms. @default 0 */
  readonly ms?: number
}

export const slice: FaultKind<Slice> = {
  members: { size: required(byteCount(1)), ms: milliseconds(0) },
  body: (fault, chunks, scene) => sliced(chunks, fault, scene),
}

async function* sliced(
  chunks: Chunks,
  { size, ms = 0 }: Slice,
  scene: BodyScene,
): AsyncGenerator<Uint8Array> {
  scene.fire()
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += size) {
      yield chunk.subarray(at, at + size)
      if (ms > 0) await scene.wait(ms)
    }
  }
}
