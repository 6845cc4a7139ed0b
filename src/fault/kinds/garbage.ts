import { byteCount } from '../../validation/number-expectations.js'
import type { BodyScene, Chunks, FaultKind, From, Offset } from '../fault.js'
import { InjectedEnding } from '../injected-ending.js'
import { headOf } from '../split-chunks.js'
import { AT, FROM } from '../validate.js'

/**
 * Sends random bytes in place of the correct ones from `at` on, and then cuts the body as `truncate`
 * does, unless the random bytes complete the announced length.
 */
export interface Garbage {
  readonly kind: 'garbage'
  /** Where it acts: an absolute offset in bytes, or two of which the seed draws one between. */
  readonly at: Offset
  /** What `at` counts. @default 'representation' */
  readonly from?: From
  /** The number of random bytes, from 1, but at most the rest of the body. @default 1024 */
  readonly length?: number
}

/** Random bytes by default. */
const DEFAULT_LENGTH = 1024
/** Bytes of the random block, which is repeated for a longer body. */
const BLOCK = 64 * 1024

export const garbage: FaultKind<Garbage> = {
  members: { at: AT, from: FROM, length: byteCount(1) },
  body: (fault, chunks, scene) => withGarbage(chunks, fault.length ?? DEFAULT_LENGTH, scene),
}

async function* withGarbage(
  chunks: Chunks,
  requested: number,
  scene: BodyScene,
): AsyncGenerator<Uint8Array> {
  if (!(yield* headOf(chunks, scene))) return
  scene.fire()
  const remaining = scene.length === undefined ? requested : scene.length - scene.at
  const block = scene.randomBytes(Math.min(requested, remaining, BLOCK))
  for (let rest = Math.min(requested, remaining); rest > 0; rest -= block.length) {
    yield block.subarray(0, rest)
  }
  if (requested < remaining || scene.length === undefined) throw new InjectedEnding({ kind: 'cut' })
}
