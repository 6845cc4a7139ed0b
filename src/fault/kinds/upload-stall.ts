import { milliseconds } from '../../validation/number-expectations.js'
import type { Chunks, FaultKind, UploadScene } from '../fault.js'
import { UPLOAD_POSITION, type UploadPosition } from '../upload-position.js'

/** Stops reading the body of a request, with the connection open, and then continues. */
export interface UploadStall extends UploadPosition {
  readonly kind: 'upload-stall'
  /** How long in ms. Default: until the client disconnects or the server closes. */
  readonly ms?: number
}

export const uploadStall: FaultKind<UploadStall> = {
  members: { ...UPLOAD_POSITION, ms: milliseconds(0) },
  receive: (fault, chunks, scene) => stalling(chunks, fault, scene),
}

async function* stalling(
  chunks: Chunks,
  fault: UploadStall,
  scene: UploadScene,
): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]()
  // The iterator stays open for the bytes behind the position.
  const rest: Chunks = { [Symbol.asyncIterator]: () => ({ next: () => iterator.next() }) }
  const { after = 0 } = fault
  let left = after
  let isDue = after === 0
  const wait = () => {
    scene.fire()
    return scene.wait(fault.ms)
  }
  if (isDue) await wait()
  for await (const chunk of rest) {
    if (isDue || chunk.length < left) {
      left -= chunk.length
      yield chunk
      continue
    }
    isDue = true
    if (left > 0) yield chunk.subarray(0, left)
    const isLast = chunk.length === left && scene.length === after
    if (!isLast) await wait()
    if (chunk.length > left) yield chunk.subarray(left)
  }
}
