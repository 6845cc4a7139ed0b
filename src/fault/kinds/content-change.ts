import type { Slice } from '../../http/byte-range.js'
import { oneOf } from '../../validation/expectation.js'
import { wholeNumber } from '../../validation/number-expectations.js'
import { changedValidators } from '../changed-validators.js'
import type { Chunks, FaultKind } from '../fault.js'

/** Sends different bytes for each attempt, as if the representation had been replaced. */
export interface ContentChange {
  readonly kind: 'content-change'
  /**
   * `changed`: ETag and Last-Modified differ too, and no digest is sent. `kept`: validators and digests
   * are those of the correct bytes, so that only a digest reveals the change.
   *
   * @default 'changed'
   */
  readonly etag?: 'changed' | 'kept'
  /** The number of the version, from 1, so that several requests get the same one. Default: the attempt. */
  readonly version?: number
}

export const contentChange: FaultKind<ContentChange> = {
  members: { etag: oneOf('changed', 'kept'), version: wholeNumber(1) },
  select({ etag = 'changed', version = 0 }, selected, scene) {
    const number = version || scene.attempt
    // A mask of 0 would leave the bytes as they are.
    const mask = ((number - 1) % 255) + 1
    const read = (slice: Slice, signal: AbortSignal) => {
      scene.fire()
      return masked(selected.read(slice, signal), mask)
    }
    if (etag === 'kept') return { ...selected, read }
    scene.fire()
    return {
      ...selected,
      ...changedValidators(selected, 'content-change', number),
      digests: 'withheld',
      read,
    }
  },
}

async function* masked(chunks: Chunks, mask: number): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield chunk.map((byte) => byte ^ mask)
}
