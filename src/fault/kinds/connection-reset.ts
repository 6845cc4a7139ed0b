import { endBodyAt } from '../end-body-at.js'
import type { FaultKind, From, Offset } from '../fault.js'
import { AT, FROM } from '../validate.js'

/**
 * Resets the TCP connection (RST) at `at`. The client gets at most the bytes before it, since an RST
 * can overtake bytes in flight. On HTTP/2 it ends all streams of the connection.
 */
export interface ConnectionReset {
  readonly kind: 'connection-reset'
  /** Where it acts: an absolute offset in bytes, or two of which the seed draws one between. */
  readonly at: Offset
  /** What `at` counts. @default 'representation' */
  readonly from?: From
}

export const connectionReset: FaultKind<ConnectionReset> = {
  members: { at: AT, from: FROM },
  body: (_fault, chunks, scene) => endBodyAt(chunks, scene, { kind: 'reset' }),
}
