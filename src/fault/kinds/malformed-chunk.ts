import { endBodyAt } from '../end-body-at.js'
import type { FaultKind, From, Offset } from '../fault.js'
import { AT, FROM } from '../validate.js'

/** A chunked body (RFC 9112 §7.1) in which a chunk at `at` has no size; then FIN. */
export interface MalformedChunk {
  readonly kind: 'malformed-chunk'
  readonly at: Offset
  readonly from?: From
}

/** No hexadecimal number begins so. */
const NO_SIZE = Buffer.from('not a chunk size\r\n')

export const malformedChunk: FaultKind<MalformedChunk> = {
  members: { at: AT, from: FROM },
  protocols: ['HTTP/1.1'],
  announce: (_fault, announcement) => ({ ...announcement, framing: 'unknown' }),
  body: (_fault, chunks, scene) => endBodyAt(chunks, scene, { kind: 'raw', bytes: NO_SIZE }),
}
