import { endBodyAt } from '../end-body-at.js'
import type { FaultKind, From, Offset } from '../fault.js'
import { CODE, type Http2Code, http2ErrorCode } from '../http2-error-code.js'
import { AT, FROM } from '../validate.js'

/** HTTP/2: RST_STREAM with a code (default INTERNAL_ERROR) after `at`; other streams live on. */
export interface RstStream {
  readonly kind: 'rst-stream'
  readonly at: Offset
  readonly from?: From
  readonly code?: Http2Code
}

export const rstStream: FaultKind<RstStream> = {
  members: { at: AT, from: FROM, code: CODE },
  protocols: ['HTTP/2'],
  body: ({ code }, chunks, scene) =>
    endBodyAt(chunks, scene, { kind: 'rst-stream', code: http2ErrorCode(code) }),
}
