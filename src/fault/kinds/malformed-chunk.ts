import { endBodyAt } from '../end-body-at.js'
import type { FaultKind, From, Offset } from '../fault.js'
import { AT, FROM } from '../validate.js'

/** Sends a chunked body (RFC 9112 §7.1) with a malformed chunk size at `at`, then FIN. HTTP/1.1 only. */
export interface MalformedChunk {
  readonly kind: 'malformed-chunk'
  /** Where it acts: an absolute offset in bytes, or two of which the seed draws one between. */
  readonly at: Offset
  /** What `at` counts. @default 'representation' */
  readonly from?: From
}

/** Not a hexadecimal number. */
const MALFORMED_SIZE = Buffer.from('not a chunk size\r\n')

export const malformedChunk: FaultKind<MalformedChunk> = {
  members: { at: AT, from: FROM },
  protocols: ['HTTP/1.1'],
  announce: (_fault, announcement) => ({ ...announcement, framing: 'unknown' }),
  body: (_fault, chunks, scene) => endBodyAt(chunks, scene, { kind: 'raw', bytes: MALFORMED_SIZE }),
}
