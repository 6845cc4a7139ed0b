import { required } from '../../validation/expectation.js'
import { byteCount } from '../../validation/number-expectations.js'
import type { Chunks, FaultKind, Scene } from '../fault.js'

/** Limits the body to a rate. */
export interface Throttle {
  readonly kind: 'throttle'
  /** Bytes a second, from 1. */
  readonly rate: number
}

/** Writes a second: enough for a steady flow, few enough to cost little CPU time. */
const WRITES = 20

export const throttle: FaultKind<Throttle> = {
  members: { rate: required(byteCount(1)) },
  body: ({ rate }, chunks, scene) => throttled(chunks, rate, scene),
}

/** Chunks at a rate in bytes a second. */
export async function* throttled(
  chunks: Chunks,
  rate: number,
  scene: Pick<Scene, 'fire' | 'now' | 'wait'>,
): AsyncGenerator<Uint8Array> {
  const most = Math.ceil(rate / WRITES)
  const began = scene.now()
  let sent = 0
  scene.fire()
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += most) {
      const piece = chunk.subarray(at, at + most)
      yield piece
      sent += piece.length
      const ahead = began + (sent / rate) * 1000 - scene.now()
      if (ahead > 0) await scene.wait(ahead)
    }
  }
}
