import type { Slice } from '../../http/byte-range.js'
import { oneOf } from '../../validation/expectation.js'
import { wholeNumber } from '../../validation/number-expectations.js'
import { changedValidators } from '../changed-validators.js'
import type { Chunks, FaultKind } from '../fault.js'

/**
 * Other bytes at each attempt. The validators change with them, and no digest is told; or, with
 * `etag: 'kept'`, validators and digests stay those of the true bytes, so that a digest catches it.
 */
export interface ContentChange {
  readonly kind: 'content-change'
  readonly etag?: 'changed' | 'kept'
  /** Which other bytes; by default the number of the attempt. */
  readonly version?: number
}

export const contentChange: FaultKind<ContentChange> = {
  members: { etag: oneOf('changed', 'kept'), version: wholeNumber(1) },
  select({ etag = 'changed', version = 0 }, selected, scene) {
    const number = version || scene.attempt
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
