import { milliseconds } from '../../validation/number-expectations.js'
import type { BodyScene, Chunks, FaultKind, From, Offset } from '../fault.js'
import { splitChunks } from '../split-chunks.js'
import { AT, FROM } from '../validate.js'

/** Stops sending at `at`, with the connection open, and then continues. */
export interface Stall {
  readonly kind: 'stall'
  /** Where it acts: an absolute offset in bytes, or two of which the seed draws one between. */
  readonly at: Offset
  /** What `at` counts. @default 'representation' */
  readonly from?: From
  /** How long in ms. Default: until the client disconnects or the server closes. */
  readonly ms?: number
}

export const stall: FaultKind<Stall> = {
  members: { at: AT, from: FROM, ms: milliseconds(0) },
  body: ({ ms }, chunks, scene) => stalling(chunks, ms, scene),
}

async function* stalling(
  chunks: Chunks,
  ms: number | undefined,
  scene: BodyScene,
): AsyncGenerator<Uint8Array> {
  const pause = () => {
    scene.fire()
    return scene.wait(ms)
  }
  if (scene.at === 0) await pause()
  for await (const { start, bytes } of splitChunks(chunks, 0, scene.at)) {
    yield bytes
    if (start + bytes.length === scene.at) await pause()
  }
}
