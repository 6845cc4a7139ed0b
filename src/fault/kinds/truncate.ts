import { endBodyAt } from '../end-body-at.js'
import type { FaultKind, From, Offset } from '../fault.js'
import { AT, FROM } from '../validate.js'

/** Exactly the bytes before `at` reach the client, then FIN (HTTP/2: RST_STREAM INTERNAL_ERROR). */
export interface Truncate {
  readonly kind: 'truncate'
  readonly at: Offset
  readonly from?: From
}

export const truncate: FaultKind<Truncate> = {
  members: { at: AT, from: FROM },
  body: (_fault, chunks, scene) => endBodyAt(chunks, scene, { kind: 'cut' }),
}
