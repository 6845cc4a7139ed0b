import { byteCount } from '../../validation/number-expectations.js'
import type { BodyScene, Chunks, FaultKind, From, Offset } from '../fault.js'
import { InjectedEnding } from '../injected-ending.js'
import { headOf } from '../split-chunks.js'
import { AT, FROM } from '../validate.js'

/**
 * `length` random bytes (default 1024) in place of those from `at` on, but no more than the body has
 * left; then FIN, unless they fill the body up.
 */
export interface Garbage {
  readonly kind: 'garbage'
  readonly at: Offset
  readonly from?: From
  readonly length?: number
}

/** Bytes of random data, if the fault does not say. */
const SOME = 1024
/** Bytes that are made at once. */
const BLOCK = 64 * 1024

export const garbage: FaultKind<Garbage> = {
  members: { at: AT, from: FROM, length: byteCount(1) },
  body: (fault, chunks, scene) => withGarbage(chunks, fault.length ?? SOME, scene),
}

async function* withGarbage(
  chunks: Chunks,
  wanted: number,
  scene: BodyScene,
): AsyncGenerator<Uint8Array> {
  if (!(yield* headOf(chunks, scene))) return
  scene.fire()
  const room = scene.length === undefined ? wanted : scene.length - scene.at
  const block = scene.randomBytes(Math.min(wanted, room, BLOCK))
  for (let left = Math.min(wanted, room); left > 0; left -= block.length) {
    yield block.subarray(0, left)
  }
  if (wanted < room || scene.length === undefined) throw new InjectedEnding({ kind: 'cut' })
}
