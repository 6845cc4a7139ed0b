import { endBodyAt } from '../end-body-at.js'
import type { FaultKind, From, Offset } from '../fault.js'
import { CODE, type Http2Code, http2ErrorCode } from '../http2-error-code.js'
import { AT, FROM } from '../validate.js'

/** Sends RST_STREAM (RFC 9113 §6.4) at `at`. Other streams of the connection continue. HTTP/2 only. */
export interface RstStream {
  readonly kind: 'rst-stream'
  /** Where it acts: an absolute offset in bytes, or two of which the seed draws one between. */
  readonly at: Offset
  /** What `at` counts. @default 'representation' */
  readonly from?: From
  /** A number from 0 to 13, or a name of RFC 9113 §7. @default 'INTERNAL_ERROR' */
  readonly code?: Http2Code
}

export const rstStream: FaultKind<RstStream> = {
  members: { at: AT, from: FROM, code: CODE },
  protocols: ['HTTP/2'],
  body: ({ code }, chunks, scene) =>
    endBodyAt(chunks, scene, { kind: 'rst-stream', code: http2ErrorCode(code) }),
}
