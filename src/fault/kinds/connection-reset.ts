import { endBodyAt } from '../end-body-at.js'
import type { FaultKind, From, Offset } from '../fault.js'
import { AT, FROM } from '../validate.js'

/** RST after `at`: at most the bytes before it reach the client. On HTTP/2 all streams die with it. */
export interface ConnectionReset {
  readonly kind: 'connection-reset'
  readonly at: Offset
  readonly from?: From
}

export const connectionReset: FaultKind<ConnectionReset> = {
  members: { at: AT, from: FROM },
  body: (_fault, chunks, scene) => endBodyAt(chunks, scene, { kind: 'reset' }),
}
