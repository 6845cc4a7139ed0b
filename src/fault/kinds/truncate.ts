import { endBodyAt } from '../end-body-at.js'
import type { FaultKind, From, Offset } from '../fault.js'
import { AT, FROM } from '../validate.js'

/** Sends exactly the bytes before `at`, then FIN; on HTTP/2, RST_STREAM with INTERNAL_ERROR. */
export interface Truncate {
  readonly kind: 'truncate'
  /** Where it acts: an absolute offset in bytes, or two of which the seed draws one between. */
  readonly at: Offset
  /** What `at` counts. @default 'representation' */
  readonly from?: From
}

export const truncate: FaultKind<Truncate> = {
  members: { at: AT, from: FROM },
  body: (_fault, chunks, scene) => endBodyAt(chunks, scene, { kind: 'cut' }),
}
